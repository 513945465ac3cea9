"""Read the history of a session: the header of its recording, and what was said.

Source: livekit-agents, telemetry/traces.py, `_upload_session_report`; protocol,
livekit_metrics.proto, MetricsRecordingHeader.
"""

import gzip
import hashlib
import json
from datetime import datetime
from typing import Any

from google.protobuf.message import DecodeError
from livekit.protocol.metrics import MetricsRecordingHeader

from app.services.conversations import attributes
from app.services.conversations.facts import Upload
from app.services.conversations.files import job_id
from app.services.conversations.reading.items import item_of
from app.services.conversations.reading.redacting import mark, without_words
from app.services.conversations.reading.reports import read_report
from app.services.conversations.states import Batch
from app.services.conversations.uploads.errors import UnreadableUpload, UploadWithoutJob

MOST_ITEMS = 50_000


def read_header(content: bytes) -> MetricsRecordingHeader:
    """Return the header of a recording. Raises UnreadableUpload, UploadWithoutJob."""
    header = MetricsRecordingHeader()
    try:
        header.ParseFromString(content)
    except DecodeError:
        raise UnreadableUpload("The part `header` isn't a MetricsRecordingHeader.") from None
    if not header.job_id:
        raise UploadWithoutJob("The header has no job_id.")
    header.job_id = job_id(header.job_id)
    return header


def read_history(header: MetricsRecordingHeader, chat: bytes, *, redacted: bool) -> Upload:
    """Return what a header and the history beside it say. Raises UnreadableUpload.

    `chat` is JSON, or empty if the session has no transcript. If `redacted`, no words are kept.
    """
    upload = Upload(job=header.job_id, kind=Batch.CHAT)
    upload.redacted = redacted
    upload.simulated = header.simulated
    upload.says("room_sid", header.room_id)
    upload.says("room", header.room_name)
    summary = _json(header.session_summary.encode("utf-8", "replace"), "session_summary")
    history = _json(chat, "chat_history")
    if redacted:
        history, summary = without_words(history), without_words(summary)
    read_report(upload, summary)
    if recorded := started_at(header):
        upload.began(recorded)
    for found in _items(history):
        if item := item_of(found):
            upload.items.append(item)
    if redacted:
        mark(upload)
    upload.records = len(upload.items)
    kept = attributes.as_json({"session_summary": summary, "chat_history": history}).encode(
        "utf-8", "replace"
    )
    upload.digest = hashlib.sha256(kept).hexdigest()[:32]
    upload.raw = gzip.compress(kept, mtime=0)
    return upload


def started_at(header: MetricsRecordingHeader) -> datetime | None:
    """Return when the recording began; a session without sound has 1970 there."""
    try:
        return attributes.moment(header.start_time.ToNanoseconds())
    except ValueError:  # no time at all
        return None


def duration_of(header: MetricsRecordingHeader) -> int | None:
    """Return how long the session was, in microseconds; the header has milliseconds, or 0."""
    return min(header.duration, 2**40) * 1000 or None


def _items(history: dict[str, Any]) -> list[Any]:
    items = history.get("items", [])
    if not isinstance(items, list) or len(items) > MOST_ITEMS:
        raise UnreadableUpload(f"chat_history has a list of at most {MOST_ITEMS} items.")
    return items


def _json(content: bytes, part: str) -> dict[str, Any]:
    if not content:
        return {}
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise UnreadableUpload(f"{part} isn't JSON.") from None
    if not isinstance(found, dict):
        raise UnreadableUpload(f"{part} isn't a JSON object.")
    return found
