"""What agents upload, as livekit-agents builds and signs it, sent to a dashboard under test."""

import gzip
import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt
from livekit.protocol.metrics import MetricsRecordingHeader
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.support.dashboard import Dashboard

TRACES = "/observability/traces/otlp/v0"
LOGS = "/observability/logs/otlp/v0"
METRICS = "/observability/metrics/otlp/v0"
RECORDINGS = "/observability/recordings/v0"
PROTOBUF = "application/x-protobuf"


def new_job() -> str:
    """Return the ID of a job that nothing knows yet."""
    return f"AJ_{secrets.token_hex(6)}"


def token(key: str, secret: str, **claims: Any) -> str:
    """Sign as livekit-agents does, some claims otherwise; None leaves one out."""
    now = int(time.time())
    own = {"iss": key, "sub": "", "nbf": now, "exp": now + 6 * 3600}
    own |= {"observability": {"write": True}} | claims
    kept = {name: value for name, value in own.items() if value is not None}
    return jwt.encode(kept, secret, algorithm="HS256")


def own_token(dashboard: Dashboard, **claims: Any) -> str:
    """Sign with the dashboard's own key."""
    secret = dashboard.settings.livekit_api_secret.get_secret_value()
    return token(dashboard.settings.livekit_api_key, secret, **claims)


def send(
    dashboard: Dashboard,
    path: str,
    body: bytes,
    *,
    signed: str | None = None,
    media_type: str = PROTOBUF,
    encoding: str = "gzip",
) -> httpx.Response:
    """Send a body, gzipped here if the encoding is gzip, with a token of yours, or none."""
    headers = {"content-type": media_type}
    if signed is None:
        signed = own_token(dashboard)
    if signed:
        headers["authorization"] = f"Bearer {signed}"
    if encoding:
        headers["content-encoding"] = encoding
    content = gzip.compress(body) if encoding == "gzip" else body
    return httpx.post(f"{dashboard.url}{path}", content=content, headers=headers, timeout=30)


def any_value(found: Any) -> AnyValue:
    """Return a plain value as OpenTelemetry has it."""
    match found:
        case bool():
            return AnyValue(bool_value=found)
        case int():
            return AnyValue(int_value=found)
        case float():
            return AnyValue(double_value=found)
        case str():
            return AnyValue(string_value=found)
        case dict():
            return AnyValue(kvlist_value=KeyValueList(values=key_values(found)))
        case list():
            return AnyValue(array_value=ArrayValue(values=[any_value(each) for each in found]))
        case _:
            return AnyValue()


def key_values(found: dict[str, Any]) -> list[KeyValue]:
    """Return attributes as OpenTelemetry has them."""
    return [KeyValue(key=key, value=any_value(value)) for key, value in found.items()]


def nanoseconds(at: float) -> int:
    """Return a time in seconds as OpenTelemetry has it."""
    return round(at * 1e9)


@dataclass(slots=True)
class Spoken:
    """One conversation, to be uploaded in parts: what an agent says of a job."""

    job: str = field(default_factory=new_job)
    room_sid: str = "RM_spoken"
    room: str = "spoken"
    agent: str = "scripted"
    began: float = field(default_factory=lambda: time.time() - 60)

    def traces(self, *spans: Span, **resource: Any) -> bytes:
        """Return a batch of spans."""
        request = ExportTraceServiceRequest()
        traces = request.resource_spans.add()
        named = {"room_id": self.room_sid, "job_id": self.job, "lk.agent_name": self.agent}
        traces.resource.attributes.extend(key_values(named | resource))
        scope = traces.scope_spans.add()
        scope.scope.name = "livekit-agents"
        scope.spans.extend(spans)
        return request.SerializeToString()

    def span(
        self,
        name: str,
        after: float = 0.0,
        seconds: float = 0.1,
        *,
        parent: bytes = b"",
        **found: Any,
    ) -> Span:
        """Return a span that begins `after` the beginning; dots of attributes are written `__`."""
        start = nanoseconds(self.began + after)
        attributes = {key.replace("__", "."): value for key, value in found.items()}
        return Span(
            trace_id=b"\1" * 16,
            span_id=secrets.token_bytes(8),
            parent_span_id=parent,
            name=name,
            start_time_unix_nano=start,
            end_time_unix_nano=start + nanoseconds(seconds),
            attributes=key_values({"job_id": self.job, "room_id": self.room_sid} | attributes),
        )

    def logs(self, scope: str, *records: tuple[str, dict[str, Any]], severity: int = 0) -> bytes:
        """Return a batch of log records of one scope: bodies and attributes."""
        request = ExportLogsServiceRequest()
        lines = request.resource_logs.add().scope_logs.add()
        lines.scope.name = scope
        named = {"room_id": self.room_sid, "job_id": self.job, "room": self.room}
        lines.scope.attributes.extend(key_values(named))
        for number, (body, attributes) in enumerate(records):
            record = lines.log_records.add()
            record.time_unix_nano = nanoseconds(self.began + number)
            record.severity_number = severity  # type: ignore[assignment]
            record.body.string_value = body
            record.attributes.extend(key_values(attributes))
        return request.SerializeToString()

    def message(self, item: str, role: str, said: str, after: float, **more: Any) -> dict[str, Any]:
        """Return a message as the history of a session has it."""
        own = {"id": item, "type": "message", "role": role, "content": [said]}
        return own | {"interrupted": False, "created_at": self.began + after} | more

    def header(self, seconds: float = 60.0, **summary: Any) -> MetricsRecordingHeader:
        """Return the header of a recording, with the report of the session."""
        report = {
            "job_id": self.job,
            "room_id": self.room_sid,
            "room": self.room,
            "timestamp": self.began + seconds,
            "sdk_version": "1.8.9",
            "agent_name": self.agent,
            "tags": [],
            "duration_ms": round(seconds * 1000),
            "errors": {},
            "close_reason": "CR_USER_INITIATED",
        }
        header = MetricsRecordingHeader(
            job_id=self.job,
            room_id=self.room_sid,
            duration=round(seconds * 1000),
            session_summary=json.dumps(report | summary),
        )
        header.start_time.FromMilliseconds(round(self.began * 1000))
        return header

    def recording(
        self,
        items: Sequence[dict[str, Any]] = (),
        sound: bytes = b"",
        *,
        header: MetricsRecordingHeader | None = None,
    ) -> tuple[bytes, str]:
        """Return the upload at the end of a session, and its content type."""
        boundary = secrets.token_hex(16)
        chat = json.dumps({"items": list(items)}).encode()
        head = (header or self.header()).SerializeToString()
        found = [
            ("header", "application/protobuf", head),
            ("chat_history", "application/json", chat),
        ]
        if sound:
            found.append(("audio", "audio/ogg", sound))
        body = b""
        for name, media_type, content in found:
            body += (
                f"--{boundary}\r\nContent-Type: {media_type}\r\n"
                f'Content-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'
            ).encode()
            body += content + b"\r\n"
        return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def record(dashboard: Dashboard, spoken: Spoken, *what: Any, **how: Any) -> httpx.Response:
    """Send the upload at the end of a session."""
    body, media_type = spoken.recording(*what, **how)
    return send(dashboard, RECORDINGS, body, media_type=media_type, encoding="")
