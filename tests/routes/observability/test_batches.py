"""Batches of traces, logs and metrics: kept once, whatever comes first, in either encoding."""

import gzip
import json
from pathlib import Path
from typing import Any

from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from app.store.schema import (
    CONVERSATION_BATCHES,
    CONVERSATION_EVALUATIONS,
    CONVERSATION_ITEMS,
    CONVERSATION_LOGS,
    CONVERSATION_SPANS,
    CONVERSATIONS,
)
from tests.routes.observability.conftest import Rows
from tests.support.dashboard import Dashboard
from tests.support.uploads import LOGS, TRACES, Spoken, record, send


def test_a_batch_is_kept_once(stored: Dashboard, rows: Rows, files: Path) -> None:
    spoken = Spoken()
    batch = spoken.traces(spoken.span("llm_node", gen_ai__request__model="m-1"))
    for _ in range(2):
        assert send(stored, TRACES, batch).status_code == 200
    (kept,) = rows(CONVERSATION_BATCHES, spoken.job)
    assert (files / kept["path"]).stat().st_size == kept["bytes"]
    (span,) = rows(CONVERSATION_SPANS, spoken.job)
    assert (span["name"], span["label"], span["duration"]) == ("llm_node", "m-1", 100_000)
    (conversation,) = rows(CONVERSATIONS, spoken.job)
    assert conversation["spans"] == 1
    assert (conversation["room_sid"], conversation["agent"]) == ("RM_spoken", "scripted")
    assert conversation["ended_at"] is None


def test_json_is_the_same_as_protobuf(stored: Dashboard, rows: Rows) -> None:
    spoken = Spoken()
    batch = spoken.traces(spoken.span("tts_node"), spoken.span("stt_node"))
    message = json_format.MessageToDict(ExportTraceServiceRequest.FromString(batch))
    for spans in message["resourceSpans"][0]["scopeSpans"]:
        for span, read in zip(
            spans["spans"],
            ExportTraceServiceRequest.FromString(batch).resource_spans[0].scope_spans[0].spans,
            strict=True,
        ):
            span["spanId"], span["traceId"] = read.span_id.hex(), read.trace_id.hex()
    body = json.dumps(message).encode()
    answer = send(stored, TRACES, body, media_type="application/json", encoding="")
    assert (answer.status_code, answer.json()) == (200, {})
    assert len(rows(CONVERSATION_SPANS, spoken.job)) == 2
    assert send(stored, TRACES, batch).status_code == 200
    assert len(rows(CONVERSATION_SPANS, spoken.job)) == 2
    assert len(rows(CONVERSATION_BATCHES, spoken.job)) == 1


def test_a_job_names_itself_on_each_record(stored: Dashboard, rows: Rows) -> None:
    """A process that is used again has the first job's ID in its resource."""
    first, second = Spoken(), Spoken()
    spans = [first.span("llm_node"), second.span("tts_node")]
    assert send(stored, TRACES, first.traces(*spans)).status_code == 200
    assert [row["name"] for row in rows(CONVERSATION_SPANS, first.job)] == ["llm_node"]
    assert [row["name"] for row in rows(CONVERSATION_SPANS, second.job)] == ["tts_node"]


def test_what_the_trace_quotes_is_replaced_by_the_history(stored: Dashboard, rows: Rows) -> None:
    spoken = Spoken()
    turn = spoken.span("user_turn", 1.0, lk__pii__user_transcript="Good morning!")
    reply = spoken.span(
        "agent_turn", 2.0, lk__pii__user_input="Good morning!", lk__pii__response__text="Hello"
    )
    assert send(stored, TRACES, spoken.traces(reply)).status_code == 200
    assert send(stored, TRACES, spoken.traces(turn)).status_code == 200
    said = [(row["role"], row["text"]) for row in rows(CONVERSATION_ITEMS, spoken.job)]
    assert sorted(said) == [("assistant", "Hello"), ("user", "Good morning!")]
    (conversation,) = rows(CONVERSATIONS, spoken.job)
    assert conversation["turns"] == 1
    item = {"message": {"id": "item_1", "role": "USER", "content": [{"text": "Good morning!"}]}}
    item["message"]["created_at"] = "2026-11-30T09:00:00.5Z"
    history = spoken.logs("chat_history", ("chat item", {"chat.item": item}))
    assert send(stored, LOGS, history).status_code == 200
    assert send(stored, TRACES, spoken.traces(turn, spoken.span("x"))).status_code == 200
    (left,) = rows(CONVERSATION_ITEMS, spoken.job)
    assert (left["item"], left["origin"], left["text"]) == ("item_1", "chat", "Good morning!")


def test_lines_of_the_log(stored: Dashboard, rows: Rows) -> None:
    spoken = Spoken()
    nul = ("a\0b <script>", {"logger.name": "my.agent"})
    batch = spoken.logs("livekit.agents", ("started", {}), nul, severity=17)
    for _ in range(2):
        assert send(stored, LOGS, batch).status_code == 200
    found = rows(CONVERSATION_LOGS, spoken.job)
    assert {(row["logger"], row["message"]) for row in found} == {
        ("livekit.agents", "started"),
        ("my.agent", "a\N{SYMBOL FOR NULL}b <script>"),
    }
    assert {row["severity"] for row in found} == {17}


def test_redaction_removes_personal_attributes_on_arrival(
    stored: Dashboard, rows: Rows, files: Path
) -> None:

    spoken = Spoken()
    turn = spoken.span("user_turn", lk__pii__user_transcript="my card is 4242", lk__x="kept")
    batch = spoken.traces(turn, **{"lk.redaction.enabled": True})
    assert send(stored, TRACES, batch).status_code == 200
    later = spoken.traces(spoken.span("user_turn", lk__pii__user_transcript="and 1111"))
    assert send(stored, TRACES, later).status_code == 200
    assert rows(CONVERSATION_ITEMS, spoken.job) == []
    paths = [files / row["path"] for row in rows(CONVERSATION_BATCHES, spoken.job)]
    raw = b"".join(gzip.decompress(path.read_bytes()) for path in paths)
    assert b"kept" in raw
    assert b"4242" not in raw
    assert b"1111" not in raw


def test_no_word_of_a_session_with_redaction_is_kept(
    stored: Dashboard, rows: Rows, files: Path
) -> None:
    """The agent sends its history in full, and leaves redaction to who receives it."""
    spoken = Spoken()
    said: dict[str, Any] = {"id": "item_1", "role": "USER", "content": [{"text": "zanzibar"}]}
    said["created_at"] = "2026-11-30T09:00:00Z"
    verdict = {"name": "polite", "verdict": "pass", "reasoning": "said zanzibar"}
    redacted = {"lk.redaction.enabled": True}
    history = spoken.logs(
        "chat_history", ("chat item", redacted | {"chat.item": {"message": said}})
    )
    judged = spoken.logs("evaluations", ("evaluation", redacted | {"evaluation": verdict}))
    for batch in (history, judged):
        assert send(stored, LOGS, batch).status_code == 200
    items = [
        spoken.message("item_1", "user", "zanzibar", 1.0),
        spoken.message("b", "assistant", "zanzibar", 2.0),
    ]
    items[1]["metrics"] = {"e2e_latency": 0.5}
    call = {"id": "c", "type": "function_call", "call_id": "c1", "name": "find"}
    items.append(call | {"arguments": "zanzibar", "created_at": spoken.began})
    header = spoken.header()
    header.redaction_enabled = True
    assert record(stored, spoken, items, b"OggS zanzibar", header=header).status_code == 200
    (conversation,) = rows(CONVERSATIONS, spoken.job)
    assert (conversation["turns"], conversation["response_p50"]) == (1, 500_000)
    assert conversation["recording"] == ""
    lines = rows(CONVERSATION_ITEMS, spoken.job)
    assert [line["text"] for line in lines] == ["", "", ""]
    (kept,) = rows(CONVERSATION_EVALUATIONS, spoken.job)
    assert (kept["verdict"], kept["reasoning"]) == ("pass", "")
    paths = [files / row["path"] for row in rows(CONVERSATION_BATCHES, spoken.job)]
    assert len(paths) == 3
    assert not any(b"zanzibar" in gzip.decompress(path.read_bytes()) for path in paths)
    assert list(paths[0].parent.glob("*.ogg")) == []
