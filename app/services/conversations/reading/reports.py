"""Read the report of a session: options, usage, errors, tags (livekit-agents, voice/report.py)."""

from collections.abc import Mapping
from typing import Any

from app.services.conversations import attributes
from app.services.conversations.attributes import micro, number, text
from app.services.conversations.facts import Upload, Used

USAGE = "_usage"  # ends a model's type
TOKENS = {  # members of a model's usage, and the fields that have them
    "input_tokens": "input_tokens",
    "input_cached_tokens": "cached_tokens",
    "input_audio_tokens": "input_audio_tokens",
    "input_cached_audio_tokens": "cached_audio_tokens",
    "output_tokens": "output_tokens",
    "output_audio_tokens": "output_audio_tokens",
    "characters_count": "characters",
    "total_requests": "requests",
}
SECONDS = {"audio_duration": "audio", "session_duration": "session"}


def read_report(upload: Upload, report: Mapping[str, Any]) -> None:
    """Add a report, in either of its spellings, to an upload."""
    upload.says("room", text(report, "room"))
    upload.says("room_sid", text(report, "room_id"))
    upload.says("agent", text(report, "agent_name"))
    upload.says("sdk_version", text(report, "sdk_version"))
    upload.says("close_reason", _reason(text(report, "close_reason")))
    options = report.get("session.options") or report.get("options")
    if isinstance(options, dict) and options:
        upload.says("options", attributes.as_json(options))
    ended = report.get("session.report_timestamp") or report.get("timestamp")
    upload.ended(attributes.moment_of(ended))
    tags = report.get("session.tags") or report.get("tags")
    for tag in tags if isinstance(tags, list) else ():
        if isinstance(tag, str) and tag:
            upload.tags.setdefault(tag, {})
    usage = report.get("usage")
    if isinstance(usage, list):
        upload.report.usage = [used for each in usage if (used := _used(each))]
    errors = report.get("errors")
    if isinstance(errors, dict):
        upload.report.errors = {
            str(kind): int(times)
            for kind, times in errors.items()
            if number(times) is not None and times >= 0
        }


def _reason(name: str) -> str:
    """Return the reason as spans have it: `CR_USER_INITIATED` is user_initiated."""
    return name.removeprefix("CR_").lower()


def _used(found: Any) -> Used | None:
    if not isinstance(found, dict):
        return None
    kind = text(found, "type").removesuffix(USAGE)
    used = Used(kind, text(found, "provider"), text(found, "model"))
    for name, column in TOKENS.items():
        setattr(used, column, round(number(found.get(name)) or 0))
    for name, column in SECONDS.items():
        setattr(used, column, micro(found.get(name)) or 0)
    return used
