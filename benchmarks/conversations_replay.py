"""What a real agent uploads for a conversation, to be sent again for other jobs.

IDs of the job and of its room are replaced wherever they are, and all times are moved by whole
seconds, so that uploads of a copy differ in nothing else from those of an agent.
"""

import asyncio
import gzip
import json
import re
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from livekit.protocol.metrics import MetricsRecordingHeader
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from dev.stack import Stack
from dev.talks.stories import ORDINARY
from tests.support.conversing import hold
from tests.support.recorder import Recorder, Request

TRACES, LOGS, METRICS = (f"/observability/{kind}/otlp/v0" for kind in ("traces", "logs", "metrics"))
RECORDINGS = "/observability/recordings/v0"
KINDS: dict[str, type[Message]] = {
    TRACES: ExportTraceServiceRequest,
    LOGS: ExportLogsServiceRequest,
    METRICS: ExportMetricsServiceRequest,
}
PROTOBUF = {"Content-Type": "application/x-protobuf", "Content-Encoding": "gzip"}
BOUNDARY = "benchmark-of-conversations"
NANO = 1_000_000_000
DAY = 86_400.0
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.?\d*Z")
IDS = re.compile(r"\b(item|speech|call|fnc)_[0-9a-f]+")


@dataclass(slots=True)
class Recorded:
    """The upload at the end of a session; the sound is an Ogg file."""

    header: MetricsRecordingHeader
    items: list[dict[str, Any]]
    sound: bytes

    def body(self) -> bytes:
        """Return it as multipart/form-data, of BOUNDARY."""
        chat = json.dumps({"items": self.items}).encode()
        parts = [
            ("header", "application/protobuf", self.header.SerializeToString()),
            ("chat_history", "application/json", chat),
            ("audio", "audio/ogg", self.sound),
        ]
        lines: list[bytes] = []
        for name, media_type, content in parts:
            lines.append(
                f"--{BOUNDARY}\r\nContent-Type: {media_type}\r\n"
                f'Content-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'.encode()
            )
            lines += [content, b"\r\n"]
        return b"".join([*lines, f"--{BOUNDARY}--\r\n".encode()])


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload, so many seconds after the first one of its conversation."""

    path: str
    after: float
    content: Message | Recorded

    def packed(self) -> tuple[dict[str, str], bytes]:
        """Return the headers and the body of a request."""
        if isinstance(self.content, Recorded):
            media_type = f"multipart/form-data; boundary={BOUNDARY}"
            return {"Content-Type": media_type}, self.content.body()
        return PROTOBUF, gzip.compress(self.content.SerializeToString(), 6, mtime=0)


@dataclass(frozen=True, slots=True)
class Captured:
    """All uploads of one conversation, in order; `began` is in seconds since 1970."""

    job: str
    room_sid: str
    room: str
    began: float
    uploads: Sequence[Upload]

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return self.uploads[-1].after

    @property
    def recorded(self) -> Recorded:
        """The upload with the recording. Raises StopIteration if there was none."""
        contents = (each.content for each in self.uploads)
        return next(each for each in contents if isinstance(each, Recorded))

    @property
    def spans(self) -> int:
        """How many spans were uploaded."""
        return sum(len(spans_of(each.content)) for each in self.uploads)


def spans_of(content: Message | Recorded) -> list[Any]:
    """Return the spans of an upload; none for other kinds than traces."""
    if not isinstance(content, ExportTraceServiceRequest):
        return []
    scopes = (scope for traces in content.resource_spans for scope in traces.scope_spans)
    return [span for scope in scopes for span in scope.spans]


async def capture(stack: Stack) -> Captured:
    """Let a real agent hold a conversation, and return what it uploaded."""
    with tempfile.TemporaryDirectory() as folder, Recorder() as recorder:
        talk = await asyncio.to_thread(hold, stack, recorder.url, Path(folder), ORDINARY)
        requests = list(recorder.requests)
    return captured(talk.job, talk.room, requests)


def captured(job: str, room: str, requests: Sequence[Request]) -> Captured:
    """Read the requests of one conversation."""
    began = requests[0].at
    uploads = [Upload(each.path, each.at - began, _read(each)) for each in requests]
    recorded = next(each.content for each in uploads if isinstance(each.content, Recorded))
    return Captured(job, recorded.header.room_id, room, began, uploads)


def _read(request: Request) -> Message | Recorded:
    if request.path in KINDS:
        return KINDS[request.path].FromString(gzip.decompress(request.body))
    _, _, boundary = request.headers["content-type"].partition("boundary=")
    parts: dict[str, bytes] = {}
    for part in request.body.split(f"--{boundary}".encode())[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        if name := re.search(rb' name="(\w+)"', head):
            parts[name[1].decode()] = content.removesuffix(b"\r\n")
    header = MetricsRecordingHeader.FromString(parts["header"])
    return Recorded(header, json.loads(parts["chat_history"])["items"], parts["audio"])


def marked(span: bytes, mark: int) -> bytes:
    """Return another ID of a span."""
    return (int.from_bytes(span, "big") ^ mark).to_bytes(len(span), "big")


@dataclass(frozen=True, slots=True)
class Copy:
    """How a copy differs from what was captured: another job, `later` by so many seconds.

    With a `mark`, its spans and items have other IDs, but for those of the `same` spans.
    """

    of: Captured
    later: int
    job: str = field(default_factory=lambda: f"AJ_{secrets.token_hex(6)}")
    room_sid: str = field(default_factory=lambda: f"RM_{secrets.token_hex(6)}")
    mark: int = 0
    same: frozenset[bytes] = frozenset()

    def uploads(self) -> list[Upload]:
        """Return the uploads of the copy."""
        return [
            Upload(each.path, each.after, self.content(each.content)) for each in self.of.uploads
        ]

    def content(self, content: Message | Recorded) -> Message | Recorded:
        """Return the content of one upload, moved."""
        if isinstance(content, Recorded):
            header = self._copied(content.header)
            summary = self.plain(json.loads(content.header.session_summary))
            header.session_summary = json.dumps(summary)
            return Recorded(header, self.plain(content.items), content.sound)
        copy: Message = self._copied(content)
        return copy

    def plain(self, value: Any) -> Any:
        """Return what JSON has, moved."""
        match value:
            case dict():
                return {name: self.plain(each) for name, each in value.items()}
            case list():
                return [self.plain(each) for each in value]
            case str():
                return self._text(value)
            case float() if self._is_time(value):
                return value + self.later
        return value

    def span_id(self, span: bytes) -> bytes:
        """Return the ID of a span of the copy."""
        return span if not span or span in self.same else marked(span, self.mark)

    def _copied(self, message: Any) -> Any:
        copy = type(message)()
        copy.CopyFrom(message)
        self._move(copy)
        return copy

    def _move(self, message: Message) -> None:
        for descriptor, value in message.ListFields():
            if descriptor.type == FieldDescriptor.TYPE_MESSAGE:
                for each in [value] if isinstance(value, Message) else value:
                    self._move(each)
            elif isinstance(value, str | bytes | int | float):
                setattr(message, descriptor.name, self._moved(descriptor.name, value))

    def _moved(self, name: str, value: Any) -> Any:
        match value:
            case str():
                return self._text(value)
            case bytes():
                return self.span_id(value) if name in ("span_id", "parent_span_id") else value
            case bool():
                return value
            case int() if self._is_time(value / NANO):
                return value + self.later * NANO
            case int() | float() if self._is_time(value):
                return value + self.later
        return value

    def _is_time(self, seconds: float) -> bool:
        return abs(seconds - self.of.began) < DAY

    def _text(self, text: str) -> str:
        text = text.replace(self.of.job, self.job).replace(self.of.room_sid, self.room_sid)
        text = text.replace(self.of.room, f"room-of-{self.job}")
        if RFC_3339.fullmatch(text):
            later = datetime.fromisoformat(text) + timedelta(seconds=self.later)
            return later.isoformat().replace("+00:00", "Z")
        return IDS.sub(rf"\g<0>{self.mark:x}", text) if self.mark else text
