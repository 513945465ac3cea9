"""The scripted agent: what it says arrives in its uploads, as everybody else's would."""

import gzip
import json
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import HTTP
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from dev.stack import Stack
from dev.talks.stories import CRASHING, ENDLESS, INTERRUPTED, ORDINARY, TYPED, Story
from dev.talks.wire import dump, parse
from tests.support.conversing import Agents
from tests.support.recorder import Recorder, Request, read
from tests.support.waiting import until

pytestmark = pytest.mark.alone

TRACES = "/observability/traces/otlp/v0"
LOGS = "/observability/logs/otlp/v0"
METRICS = "/observability/metrics/otlp/v0"
RECORDINGS = "/observability/recordings/v0"


@pytest.fixture(scope="module")
def recorder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorder]:
    with Recorder(tmp_path_factory.mktemp("capture")) as running:
        yield running


@pytest.fixture(scope="module")
def agents(
    stack: Stack, recorder: Recorder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Agents]:
    with Agents(stack, recorder.url, tmp_path_factory.mktemp("agents")) as running:
        yield running


def uploads(recorder: Recorder, agents: Agents, story: Story) -> list[Request]:
    """Return what a story uploaded."""
    before = len(recorder.requests)
    agents.hold(story)
    return recorder.requests[before:]


def spans(requests: list[Request]) -> list[str]:
    """Return the names of all spans."""
    batches = [
        ExportTraceServiceRequest.FromString(gzip.decompress(request.body))
        for request in requests
        if request.path == TRACES
    ]
    return [
        span.name
        for batch in batches
        for resource in batch.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def parts(request: Request) -> dict[str, bytes]:
    """Return the parts of a recording by name."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    found = {}
    for part in message_from_bytes(head + request.body, policy=HTTP).iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        found[str(part.get_param("name", header="content-disposition"))] = content
    return found


def said(requests: list[Request]) -> list[tuple[str, str, bool]]:
    """Return who said what, and whether it was interrupted."""
    (recording,) = [request for request in requests if request.path == RECORDINGS]
    items = json.loads(parts(recording)["chat_history"])["items"]
    return [
        (item["role"], item["content"][0].strip(), item["interrupted"])
        for item in items
        if item["type"] == "message"
    ]


def test_a_story_survives_the_wire() -> None:
    assert parse(dump(ORDINARY)) == ORDINARY


def test_a_spoken_conversation(recorder: Recorder, agents: Agents) -> None:
    came = uploads(recorder, agents, ORDINARY)
    lines = [("assistant", ORDINARY.opening, False)]
    for turn in ORDINARY.turns:
        lines += [("user", turn.says, False), ("assistant", turn.reply, False)]
    assert said(came) == lines
    assert {request.path for request in came} == {TRACES, LOGS, METRICS, RECORDINGS}
    assert {"user_turn", "eou_wait", "llm_node", "function_tool", "agent_session"} <= {*spans(came)}
    (recording,) = [request for request in came if request.path == RECORDINGS]
    assert parts(recording)["audio"].startswith(b"OggS")


def test_an_interruption(recorder: Recorder, agents: Agents) -> None:
    lines = said(uploads(recorder, agents, INTERRUPTED))
    cut = [text for role, text, interrupted in lines if interrupted]
    assert len(cut) == 1
    assert INTERRUPTED.turns[0].reply.startswith(cut[0])
    assert ("assistant", INTERRUPTED.turns[1].reply, False) in lines


def test_a_typed_conversation_has_no_sound(recorder: Recorder, agents: Agents) -> None:
    came = uploads(recorder, agents, TYPED)
    assert [text for role, text, _ in said(came) if role == "user"] == [
        turn.says for turn in TYPED.turns
    ]
    (recording,) = [request for request in came if request.path == RECORDINGS]
    assert "audio" not in parts(recording)


def test_a_crash_uploads_logs_only(recorder: Recorder, agents: Agents) -> None:
    # a worker sends metrics every 30 s
    assert {request.path for request in uploads(recorder, agents, CRASHING)} - {METRICS} == {LOGS}


def test_a_killed_worker_leaves_an_open_conversation(stack: Stack, tmp_path: Path) -> None:
    with (
        Recorder(tmp_path / "capture") as recorder,
        Agents(stack, recorder.url, tmp_path) as agents,
    ):
        talk = agents.begin(ENDLESS)
        until(lambda: "user_turn" in spans(recorder.requests), 30)
        agents.kill()
        agents.dismiss(talk)
        assert "agent_session" not in spans(recorder.requests)
        assert read(tmp_path / "capture") == recorder.requests
