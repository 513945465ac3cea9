"""Uploads that are refused: each gets its reason, and nothing of it is kept."""

import gzip
import time
from typing import Any

import httpx
import pytest
from google.rpc import error_details_pb2, status_pb2  # type: ignore[import-untyped]
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from app.store.schema import CONVERSATIONS
from tests.routes.observability.conftest import Rows
from tests.support.dashboard import Dashboard
from tests.support.uploads import LOGS, METRICS, RECORDINGS, TRACES, Spoken, own_token, send, token


def told(answer: httpx.Response) -> str:
    """Return what the status says."""
    assert answer.headers["content-type"] == "application/x-protobuf"
    return str(status_pb2.Status.FromString(answer.content).message)


CLAIMS: dict[str, tuple[int, dict[str, Any]]] = {
    "no grant": (403, {"observability": None}),
    "grant of reading": (403, {"observability": {"read": True}}),
    "expired": (401, {"exp": int(time.time()) - 3600}),
    "never expires": (401, {"exp": None}),
    "not yet": (401, {"nbf": int(time.time()) + 3600}),
    "another key": (401, {"iss": "APIunknown"}),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_token_that_is_not_good(stored: Dashboard, rows: Rows, name: str) -> None:
    status, claims = CLAIMS[name]
    spoken = Spoken()
    batch = spoken.traces(spoken.span("llm_node"))
    answer = send(stored, TRACES, batch, signed=own_token(stored, **claims))
    assert answer.status_code == status, name
    assert told(answer)
    assert rows(CONVERSATIONS, spoken.job) == []


@pytest.mark.parametrize("path", [TRACES, LOGS, METRICS, RECORDINGS])
def test_without_a_good_signature(stored: Dashboard, path: str) -> None:
    forged = token(stored.settings.livekit_api_key, "another secret of some length, 32 bytes")
    for signed in ("", "x.y.z", forged):
        answer = send(stored, path, b"", signed=signed)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert "disabled" not in told(answer)  # an agent would stop for the whole session


def test_what_is_no_batch(stored: Dashboard) -> None:
    spoken = Spoken()
    batch = spoken.traces(spoken.span("llm_node"))
    packed = gzip.compress(batch)
    cases: list[tuple[int, bytes, dict[str, str]]] = [
        (400, b"\xff" * 40, {"encoding": ""}),
        (400, b"no gzip", {"encoding": "GZIP"}),
        (400, packed[:-9], {"encoding": "GZIP"}),
        (400, batch, {"encoding": "br"}),
        (400, batch, {"media_type": "text/html"}),
        (400, b"[1]", {"media_type": "application/json"}),
        (400, b"[" * 100_000, {"media_type": "application/json"}),
        (400, b'{"resourceSpans": "x"}', {"media_type": "application/json"}),
        (400, b"", {}),  # no record names a job
    ]
    for status, body, how in cases:
        answer = send(stored, TRACES, body, **how)
        assert answer.status_code == status, (body[:20], how, answer.text)


def test_what_is_too_large(stored: Dashboard, rows: Rows) -> None:
    bomb = gzip.compress(b"\0" * (17 * 1024 * 1024))
    answer = send(stored, TRACES, bomb, encoding="x-gzip")
    assert answer.status_code == 400
    answer = send(stored, TRACES, gzip.compress(b"\0" * 17_000_000), encoding="GZIP")
    assert answer.status_code == 413
    assert "16 MiB" in told(answer)
    spoken = Spoken()
    many: dict[str, Any] = {f"a{number}": number for number in range(1_100)}
    answer = send(stored, TRACES, spoken.traces(spoken.span("x", **many)))
    assert answer.status_code == 413
    assert rows(CONVERSATIONS, spoken.job) == []


def test_what_would_take_much_memory_or_time(stored: Dashboard, rows: Rows) -> None:
    """Small bodies that grow when they are read: each is refused before it does."""
    spoken = Spoken()
    members = gzip.compress(b"") * 50_000
    points = ExportMetricsServiceRequest()
    metric = points.resource_metrics.add().scope_metrics.add().metrics.add(name="x")
    for _ in range(60_000):
        metric.sum.data_points.add()
    # 600,000 empty spans: tag and length of each
    empty = b"\x12\x00" * 600_000
    nested = b"\x12" + varint(len(empty)) + empty
    spans = b"\x0a" + varint(len(nested)) + nested
    shared = ExportTraceServiceRequest.FromString(spoken.traces(big="x" * 1_000_000))
    for number in range(50):
        other = Spoken(job=f"{spoken.job}-{number}")
        shared.resource_spans[0].scope_spans[0].spans.append(other.span("x"))
    cases = [
        (400, TRACES, members, "GZIP"),
        (413, METRICS, points.SerializeToString(), "gzip"),
        (413, TRACES, spans, "gzip"),
        (413, TRACES, shared.SerializeToString(), "gzip"),
    ]
    for status, path, body, encoding in cases:
        answer = send(stored, path, body, encoding=encoding)
        assert answer.status_code == status, told(answer)
    braces = b'{"resourceSpans": [' + b"{}," * 600_000 + b"{}]}"
    answer = send(stored, TRACES, braces, media_type="application/json")
    assert answer.status_code == 413


def varint(number: int) -> bytes:
    """Return a number as protobuf has it."""
    found = b""
    while number > 0x7F:
        found += bytes([number & 0x7F | 0x80])
        number >>= 7
    return found + bytes([number])


def test_the_wrong_method(stored: Dashboard) -> None:
    answer = httpx.get(f"{stored.url}{TRACES}", timeout=20)
    assert answer.status_code == 405


def test_a_storage_that_is_gone_may_be_tried_again(
    stored: Dashboard, rows: Rows, files: Any
) -> None:
    spoken = Spoken()
    batch = spoken.traces(spoken.span("llm_node"))
    away = files.with_name("away")
    files.rename(away)
    files.write_text("no folder")
    try:
        answer = send(stored, TRACES, batch)
    finally:
        files.unlink()
        away.rename(files)
    assert answer.status_code == 503
    status = status_pb2.Status.FromString(answer.content)
    retry = error_details_pb2.RetryInfo()
    assert status.details[0].Unpack(retry)
    assert retry.retry_delay.seconds > 0
    assert rows(CONVERSATIONS, spoken.job) == []
    assert send(stored, TRACES, batch).status_code == 200
    assert len(rows(CONVERSATIONS, spoken.job)) == 1
