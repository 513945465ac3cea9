"""Unpack an upload of OpenTelemetry's protocol: gzip or not, protobuf or JSON.

Source: OTLP specification 1.9, "OTLP/HTTP": binary and JSON protobuf encoding; JSON has the IDs of
traces and spans as hexadecimal digits, where protobuf's own JSON has base64.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.metrics.v1.metrics_pb2 import Metric

from app.services.conversations.states import Batch
from app.services.conversations.uploads import media
from app.services.conversations.uploads.counting import MOST_MESSAGES, has_too_many
from app.services.conversations.uploads.errors import UnreadableUpload, UploadTooLarge

LARGEST_BATCH = 16 * 1024 * 1024  # bytes, unpacked
MOST_RECORDS = 50_000  # spans, log records or data points in one batch
MOST_MEMBERS = 16  # of gzip; agents send one
COUNTED = 64 * 1024  # bytes: what is smaller can't hold too many messages
PROTOBUFS = frozenset({media.PROTOBUF, "application/protobuf", "application/octet-stream", ""})
GZIP = 16 + zlib.MAX_WBITS  # zlib: with the header of gzip (RFC 1952)
IDS = ("traceId", "spanId", "parentSpanId")

Request = ExportTraceServiceRequest | ExportLogsServiceRequest | ExportMetricsServiceRequest
REQUESTS: dict[Batch, type[Request]] = {
    Batch.TRACES: ExportTraceServiceRequest,
    Batch.LOGS: ExportLogsServiceRequest,
    Batch.METRICS: ExportMetricsServiceRequest,
}


def unpacked(body: bytes, encoding: str) -> bytes:
    """Return a body without its content encoding. Raises UnreadableUpload, UploadTooLarge."""
    match encoding.strip().lower():
        case "" | "identity":
            content = body
        case "gzip":
            content = _gunzipped(body)
        case _:
            raise UnreadableUpload("The content encoding is neither gzip nor identity.")
    if len(content) > LARGEST_BATCH:
        raise too_large()
    return content


def too_large() -> UploadTooLarge:
    """Return the error for a batch that is too large."""
    return UploadTooLarge(f"A batch has at most {LARGEST_BATCH // 1024**2} MiB, unpacked.")


def _gunzipped(body: bytes) -> bytes:
    """Unpack gzip members one after another, and stop when a limit is passed."""
    pieces: list[bytes] = []
    size, rest = 0, body
    try:
        for _ in range(MOST_MEMBERS):
            member = zlib.decompressobj(GZIP)
            pieces.append(member.decompress(rest, LARGEST_BATCH + 1 - size))
            size += len(pieces[-1])
            if size > LARGEST_BATCH:
                raise too_large()
            if not member.eof:
                raise UnreadableUpload("The gzip stream is incomplete.")
            rest = member.unused_data
            if not rest:
                return b"".join(pieces)
    except zlib.error:
        raise UnreadableUpload("The body is not gzip.") from None
    raise UnreadableUpload(f"The gzip stream has more than {MOST_MEMBERS} members.")


def parsed(kind: Batch, content: bytes, media_type: str) -> Request:
    """Return the request that an unpacked body holds. Raises UnreadableUpload, UploadTooLarge."""
    request = REQUESTS[kind]()
    match media.essence(media_type):
        case sent if sent in PROTOBUFS:
            if len(content) > COUNTED and has_too_many(content, request.DESCRIPTOR):
                raise UploadTooLarge(f"A batch has at most {MOST_MESSAGES} messages.")
            try:
                request.ParseFromString(content)
            except DecodeError:
                raise UnreadableUpload(f"The body isn't an {request.DESCRIPTOR.name}.") from None
        case media.JSON:
            _parse_json(request, content)
        case _:
            raise UnreadableUpload("The content type is neither protobuf nor JSON.")
    if next(islice(records(request), MOST_RECORDS, None), None) is not None:
        raise UploadTooLarge(f"A batch has at most {MOST_RECORDS} records.")
    return request


def records(request: Request) -> Iterator[Any]:
    """Yield the spans, log records or data points of a request."""
    match request:
        case ExportTraceServiceRequest():
            for traces in request.resource_spans:
                for spans in traces.scope_spans:
                    yield from spans.spans
        case ExportLogsServiceRequest():
            for logs in request.resource_logs:
                for lines in logs.scope_logs:
                    yield from lines.log_records
        case ExportMetricsServiceRequest():
            for metrics in request.resource_metrics:
                for scope in metrics.scope_metrics:
                    for metric in scope.metrics:
                        yield from points(metric)


def points(metric: Metric) -> Iterator[Any]:
    """Yield the data points of a metric of any kind; each has attributes."""
    kind = metric.WhichOneof("data")
    if kind:
        yield from getattr(metric, kind).data_points


def _parse_json(request: Request, content: bytes) -> None:
    if content.count(b"{") + content.count(b"[") > MOST_MESSAGES:
        raise UploadTooLarge(f"A batch has at most {MOST_MESSAGES} messages.")
    try:
        message = json.loads(content)
        if not isinstance(message, dict):
            raise UnreadableUpload("The JSON is not an object.")
        _as_base64(message)
        json_format.ParseDict(message, request, ignore_unknown_fields=True)
    except (ValueError, RecursionError, json_format.ParseError):
        raise UnreadableUpload(f"The JSON isn't an {request.DESCRIPTOR.name}.") from None


def _as_base64(message: Any) -> None:
    """Turn the hexadecimal IDs of OTLP's JSON into protobuf's base64, in place."""
    waiting: list[Any] = [message]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting.extend(part)
        elif isinstance(part, dict):
            waiting.extend(part.values())
            for name in IDS:
                if isinstance(part.get(name), str):
                    part[name] = _base64_of(part[name])


def _base64_of(hexadecimal: str) -> str:
    try:
        return base64.b64encode(bytes.fromhex(hexadecimal)).decode()
    except (ValueError, binascii.Error):
        raise UnreadableUpload("An ID is not hexadecimal.") from None
