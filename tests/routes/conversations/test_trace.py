"""The trace of a conversation: its waterfall, and what a span says, which is in the storage."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from tests.routes.conversations.conftest import Heard
from tests.support.hostile import DEEP, MARKUP
from tests.support.tokens import give_token, program
from tests.support.uploads import TRACES, Spoken, key_values, nanoseconds, record, send
from tests.support.visitor import Visitor

SECRET = "what the caller said"


@pytest.fixture(scope="module")
def spoken() -> Spoken:
    return Spoken()


@pytest.fixture(scope="module")
def spans(heard: Heard, spoken: Spoken) -> dict[str, Span]:
    """Spans of a turn by their names; the batch comes twice, and the session's span last."""
    session = spoken.span("agent_session", seconds=90)
    turn = spoken.span("agent_turn", 1, 5, parent=session.span_id, lk__interrupted=False)
    request = spoken.span(
        "llm_request",
        1.6,
        2,
        parent=turn.span_id,
        gen_ai__request__model="model-1",
        lk__response__ttft=1.92,
        lk__pii__chat_ctx=json.dumps({"items": [SECRET]}),
    )
    request.status.code = Status.STATUS_CODE_ERROR
    request.status.message = SECRET
    event = request.events.add(name="exception", time_unix_nano=nanoseconds(spoken.began + 2))
    event.attributes.extend(key_values({"exception.type": "APIError", "exception.message": SECRET}))
    stall = spoken.span(
        "event_loop_blocked",
        7,
        0.7,
        parent=session.span_id,
        lk__blocking__stack='File "agent.py", line 73\n    time.sleep(0.7)',
    )
    early = spoken.traces(turn, request, stall)
    for batch in (early, early, spoken.traces(session, turn)):
        assert send(heard.dashboard, TRACES, batch).status_code == 200
    record(heard.dashboard, spoken)
    found = (session, turn, request, stall)
    return {span.name: span for span in found}


@pytest.fixture(scope="module")
def auditor(heard: Heard) -> Visitor:
    """Somebody who may read conversations, but no personal data."""
    return program(heard.dashboard, give_token(heard.dashboard, "support", ["conversations.read"]))


def place(spoken: Spoken, span: Span) -> str:
    return f"/conversations/{spoken.job}/spans/{span.span_id.hex()}"


def tab(spoken: Spoken, **more: object) -> str:
    return f"/conversations/{spoken.job}?tab=trace" + "".join(f"&{k}={v}" for k, v in more.items())


def test_the_waterfall(heard: Heard, spoken: Spoken, spans: dict[str, Span]) -> None:
    seen = heard.admin.get(tab(spoken))
    rows = [attrs["id"] for tag, attrs in seen.tags if tag == "tr" and "id" in attrs]
    assert rows == [f"span-{spans[name].span_id.hex()}" for name in spans]
    assert "4 spans" in seen.text
    assert "agent_turn" in seen.text
    assert "llm_request model-1" in seen.text
    labels = [attrs["aria-label"] for tag, attrs in seen.tags if attrs.get("class") == "lane"]
    assert labels == ["0:00, 90.0 s", "0:01, 5.0 s", "0:01, 2.0 s", "0:07, 0.70 s"]


def test_a_span_says_all(heard: Heard, spoken: Spoken, spans: dict[str, Span]) -> None:
    seen = heard.admin.get(place(spoken, spans["llm_request"]))
    for word in ("lk.response.ttft", "1.92", "model-1", "APIError", "exception.type", "Failed"):
        assert word in seen.text
    assert f'"{SECRET}"' in seen.text
    assert seen.text.count(SECRET) == 3
    assert "agent_session / agent_turn" in seen.text
    assert "hidden" not in seen.text


def test_it_is_also_beside_the_trace(heard: Heard, spoken: Spoken, spans: dict[str, Span]) -> None:
    seen = heard.admin.get(tab(spoken, span=spans["llm_request"].span_id.hex()))
    assert "lk.response.ttft" in seen.text
    assert "Zoom to this turn" in seen.text
    assert '<tr id="span-' in seen.html
    assert seen.html.count('class="chosen"') == 1


def test_a_span_that_is_none_leaves_the_trace(heard: Heard, spoken: Spoken) -> None:
    seen = heard.admin.get(tab(spoken, span="f" * 16))
    assert seen.status == 200
    assert "Zoom to this" not in seen.text


def test_personal_content_is_hidden(
    auditor: Visitor, spoken: Spoken, spans: dict[str, Span]
) -> None:
    for address in (
        place(spoken, spans["llm_request"]),
        tab(spoken, span=spans["llm_request"].span_id.hex()),
    ):
        seen = auditor.get(address)
        assert "lk.response.ttft" in seen.text
        assert "exception.type" in seen.text
        assert SECRET not in seen.html
        assert "chat_ctx" not in seen.html
        assert "2 attributes with personal content hidden" in seen.text
        assert "1 attribute with personal content hidden" in seen.text


def test_the_stack_of_a_stall(heard: Heard, spoken: Spoken, spans: dict[str, Span]) -> None:
    listed = heard.admin.get(tab(spoken, which="stalls"))
    assert "event_loop_blocked" in listed.text
    assert "agent_turn" not in listed.text
    assert "time.sleep(0.7)" in heard.admin.get(place(spoken, spans["event_loop_blocked"])).text


def test_only_some_spans(heard: Heard, spoken: Spoken, spans: dict[str, Span]) -> None:
    assert "agent_turn" not in heard.admin.get(tab(spoken, which="failed")).text
    assert "llm_request" in heard.admin.get(tab(spoken, q="MODEL-1")).text
    none = heard.admin.get(tab(spoken, q="nothing"))
    assert "No matching spans" in none.text


def test_each_fold_is_a_link(heard: Heard, spoken: Spoken, spans: dict[str, Span]) -> None:
    turn = spans["agent_turn"].span_id.hex()
    closed = heard.admin.get(tab(spoken, closed=turn))
    assert "llm_request" not in closed.text
    assert "+1, 1 failed" in closed.text
    [fold] = [attrs for tag, attrs in closed.tags if attrs.get("id") == f"fold-{turn}"]
    assert fold["aria-expanded"] == "false"
    assert "llm_request" in heard.admin.get(fold["href"].partition("#")[0]).text


def test_a_part_of_the_time(heard: Heard, spoken: Spoken, spans: dict[str, Span]) -> None:
    start = round(spoken.began * 1000) + 6500
    seen = heard.admin.get(tab(spoken, start=start, end=start + 1000))
    assert "event_loop_blocked" in seen.text
    assert "agent_turn" not in seen.text
    assert "0:06.50" in seen.text


@pytest.mark.parametrize(
    "query", ["span=nothex", "which=all", "opened=1", "after=1", "start=-1", f"q={'x' * 201}"]
)
def test_what_no_link_says(heard: Heard, spoken: Spoken, query: str) -> None:
    assert heard.admin.get(f"/conversations/{spoken.job}?tab=trace&{query}").status == 422


def test_no_such_span(heard: Heard, spoken: Spoken, spans: dict[str, Span]) -> None:
    assert heard.admin.get(f"/conversations/{spoken.job}/spans/{'f' * 16}").status == 404
    other = place(Spoken(), spans["agent_turn"])
    assert heard.admin.get(other).status == 404
    assert heard.viewer.get(place(spoken, spans["agent_turn"])).status == 403


@pytest.mark.parametrize(
    "text",
    [
        "<script>window.ran = 1</script>",
        MARKUP,
        "\u202egnp.exe\u202c",
        "\x1b[31m",
        "a\0b",
        "x" * 900,
    ],
)
def test_hostile_attributes(heard: Heard, text: str) -> None:
    spoken = Spoken()
    span = spoken.span(text)
    found = {text: text, "lk.agent_label": text, "texts": [text]}
    found |= {"open": "[" * DEEP, "json": "[" * DEEP + "]" * DEEP}
    span.attributes.extend(key_values(found))
    span.events.add(name=text)
    assert send(heard.dashboard, TRACES, spoken.traces(span)).status_code == 200
    for address in (place(spoken, span), tab(spoken, span=span.span_id.hex())):
        seen = heard.admin.get(address)
        assert seen.status == 200
        for part in ("<script>window", "<img", "\u202e", "\x1b", "\0"):
            assert part not in seen.html


@pytest.fixture
def without_files(heard: Heard) -> Iterator[None]:
    """The storage is gone, and comes back."""
    away = heard.files.with_name(f"{heard.files.name}-away")
    shutil.move(heard.files, away)
    yield
    shutil.rmtree(heard.files, ignore_errors=True)
    shutil.move(away, heard.files)


def test_without_the_storage_the_skeleton_still_shows(
    heard: Heard, spoken: Spoken, spans: dict[str, Span], without_files: None
) -> None:
    seen = heard.admin.get(tab(spoken, span=spans["llm_request"].span_id.hex()))
    assert seen.status == 200
    assert "agent_turn" in seen.text
    assert "The attributes can't be shown: the dashboard's file storage" in seen.text
    assert heard.admin.get(place(spoken, spans["llm_request"])).status == 200


def test_files_that_are_gone_or_damaged(heard: Heard) -> None:
    spoken = Spoken()
    span = spoken.span("agent_turn")
    send(heard.dashboard, TRACES, spoken.traces(span))
    [file] = [path for path in heard.files.rglob("traces-*") if spoken.job in str(path)]
    for content in (b"not gzip", b"", None):
        Path.write_bytes(file, content) if content is not None else file.unlink()
        seen = heard.admin.get(place(spoken, span))
        assert seen.status == 200
        assert "The attributes can't be shown" in seen.text
