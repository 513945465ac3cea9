"""Real agents that upload to a real dashboard, of which one is killed and twenty are parallel."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.store.schema import (
    CONVERSATION_BATCHES,
    CONVERSATION_EVALUATIONS,
    CONVERSATION_ITEMS,
    CONVERSATION_LOGS,
    CONVERSATION_SPANS,
    CONVERSATION_TAGS,
    CONVERSATION_USAGE,
    CONVERSATIONS,
)
from dev.stack import Stack
from dev.talks.stories import (
    BRIEF,
    CRASHING,
    ENDLESS,
    FAILING,
    HANDED_OVER,
    INTERRUPTED,
    ORDINARY,
    REDACTED,
    SILENT,
    TYPED,
    WEATHER,
    Story,
)
from tests.routes.observability.conftest import Rows
from tests.support.conversing import Agents
from tests.support.dashboard import Dashboard
from tests.support.waiting import until

pytestmark = pytest.mark.alone


@pytest.fixture(scope="module")
def agents(
    stack: Stack, stored: Dashboard, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Agents]:
    """A worker that uploads to the dashboard."""
    with Agents(stack, stored.url, tmp_path_factory.mktemp("agents")) as running:
        yield running


def lines(rows: Rows, job: str) -> list[tuple[str, str, bool]]:
    """Return who said what, and whether it was interrupted, in order."""
    items = sorted(rows(CONVERSATION_ITEMS, job), key=lambda item: item["at"])
    return [
        (item["role"], item["text"].strip(), item["interrupted"])
        for item in items
        if item["kind"] == "message"
    ]


def script(story: Story) -> list[tuple[str, str, bool]]:
    """Return who says what in a story that nobody interrupts."""
    told = [("assistant", story.opening, False)]
    for turn in story.turns:
        told += [("user", turn.says, False), ("assistant", turn.reply, False)]
    return told


def test_a_spoken_conversation(agents: Agents, rows: Rows, files: Path) -> None:
    talk = agents.hold(ORDINARY)
    (conversation,) = rows(CONVERSATIONS, talk.job)
    assert lines(rows, talk.job) == script(ORDINARY)
    known = {name: conversation[name] for name in ("room", "agent", "caller", "outcome")}
    agent = agents.agent_name
    expected = {"room": talk.room, "agent": agent, "caller": "caller", "outcome": "fail"}
    assert known == expected
    counts = ("turns", "interruptions", "tool_calls", "tool_failures")
    assert [conversation[name] for name in counts] == [3, 0, 2, 1]
    assert conversation["ended_at"] > conversation["started_at"]
    assert 0 < conversation["response_p50"] <= conversation["response_p95"]
    assert (files / conversation["recording"]).read_bytes().startswith(b"OggS")
    assert {tag["tag"] for tag in rows(CONVERSATION_TAGS, talk.job)} >= {*ORDINARY.tags}
    verdicts = rows(CONVERSATION_EVALUATIONS, talk.job)
    assert {each["name"]: each["verdict"] for each in verdicts} == ORDINARY.verdicts
    models = {use["model"] for use in rows(CONVERSATION_USAGE, talk.job)}
    assert models == {"script-1", "tone-1", "pitch-1"}


def test_an_interruption(agents: Agents, rows: Rows) -> None:
    talk = agents.hold(INTERRUPTED)
    cut = [text for _, text, interrupted in lines(rows, talk.job) if interrupted]
    assert len(cut) == 1
    assert INTERRUPTED.turns[0].reply.startswith(cut[0])
    assert rows(CONVERSATIONS, talk.job)[0]["interruptions"] == 1


def test_a_hand_off(agents: Agents, rows: Rows) -> None:
    talk = agents.hold(replace(HANDED_OVER, by="text"))
    handed = [
        item for item in rows(CONVERSATION_ITEMS, talk.job) if item["kind"] == "agent_handoff"
    ]
    assert [item["name"] for item in handed] == ["reception", "billing"]


def test_a_model_that_fails(agents: Agents, rows: Rows) -> None:
    talk = agents.hold(FAILING)
    (conversation,) = rows(CONVERSATIONS, talk.job)
    assert conversation["errors"] >= 1
    assert [
        row["failed"] for row in rows(CONVERSATION_SPANS, talk.job) if row["name"] == "llm_node"
    ]


def test_a_conversation_without_a_recording(agents: Agents, rows: Rows) -> None:
    for story in (replace(SILENT, by="text"), TYPED):
        talk = agents.hold(story)
        (conversation,) = rows(CONVERSATIONS, talk.job)
        assert conversation["recording"] == ""
        assert lines(rows, talk.job) == script(story)


def test_a_redacted_conversation_has_no_words(agents: Agents, rows: Rows, files: Path) -> None:
    talk = agents.hold(replace(REDACTED, by="text"))
    (conversation,) = rows(CONVERSATIONS, talk.job)
    assert conversation["redacted"]
    assert conversation["recording"] == ""
    assert conversation["turns"] == len(REDACTED.turns)
    assert {text for _, text, _ in lines(rows, talk.job)} == {""}
    batches = rows(CONVERSATION_BATCHES, talk.job)
    assert {row["kind"] for row in batches} == {"traces", "logs", "metrics", "chat"}
    raw = b"".join(gzip.decompress((files / row["path"]).read_bytes()) for row in batches)
    raw += json.dumps(rows(CONVERSATION_LOGS, talk.job), default=str).encode()
    assert b"llm_node" in raw
    for words in (REDACTED.turns[0].says, REDACTED.turns[0].reply, "Friday"):
        assert words.encode() not in raw


def test_a_crash_before_the_session(agents: Agents, rows: Rows) -> None:
    talk = agents.hold(CRASHING)
    (conversation,) = rows(CONVERSATIONS, talk.job)
    assert (conversation["turns"], conversation["spans"]) == (0, 0)
    messages = [row["message"] for row in rows(CONVERSATION_LOGS, talk.job)]
    assert "unhandled exception while running the job task" in messages


def test_twenty_agents_at_the_same_time(agents: Agents, rows: Rows) -> None:
    talks = agents.hold_all([BRIEF] * 20)
    assert len({talk.job for talk in talks}) == 20
    for talk in talks:
        assert lines(rows, talk.job) == script(BRIEF)
        (conversation,) = rows(CONVERSATIONS, talk.job)
        assert conversation["room"] == talk.room


def test_a_killed_agent_leaves_what_was_said(
    stack: Stack, stored: Dashboard, tmp_path: Path, rows: Rows
) -> None:
    with Agents(stack, stored.url, tmp_path) as agents:
        talk = agents.begin(ENDLESS)
        said = ("user", WEATHER.says, False)
        until(lambda: said in lines(rows, talk.job), 30)
        (conversation,) = rows(CONVERSATIONS, talk.job)
        assert conversation["ended_at"] is None
        agents.kill()
        agents.dismiss(talk)
        assert said in lines(rows, talk.job)
