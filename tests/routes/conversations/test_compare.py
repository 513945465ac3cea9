"""/conversations/compare: two conversations side by side, and the choice of the second."""

import re

import pytest

from tests.routes.conversations import talks
from tests.routes.conversations.conftest import Heard
from tests.support.uploads import TRACES, Spoken, record, send


@pytest.fixture(scope="module")
def pair(heard: Heard) -> tuple[Spoken, Spoken]:
    """Two conversations of one agent."""
    left, right = (Spoken(agent="compared", room=f"room-{name}") for name in ("one", "two"))
    record(heard.dashboard, left, talks.booking(left), header=left.header(61.5))
    said = [talks.heard(right, "a", "Good morning.", 1.2), talks.answered(right, "b", "Hi!", 3)]
    record(heard.dashboard, right, said, header=right.header(10))
    return left, right


def test_both_sides(heard: Heard, pair: tuple[Spoken, Spoken]) -> None:
    left, right = pair
    seen = heard.admin.get(f"/conversations/compare?left={left.job}&right={right.job}")
    assert seen.status == 200
    text = " ".join(seen.text.split())
    for words in (
        "I need to move my visit",
        "Good morning.",
        "Turns 4 1",
        "Interruptions 1 0",
        "Failed tool calls 1 0",
        "Response time, p50 and p95 0.62 s, 3.40 s 0.60 s, 0.60 s",
        "LLM first token, p50 and p95 0.15 s, 2.80 s 0.15 s, 0.15 s",
    ):
        assert words in text, words
    ids = re.findall(r' id="([^"]*)"', seen.html.partition("<main")[2].partition("</main>")[0])
    assert len(ids) == len(set(ids)), "no ID is on the page twice"


def test_the_second_is_chosen_from_those_of_the_agent(
    heard: Heard, pair: tuple[Spoken, Spoken]
) -> None:
    left, right = pair
    page = heard.admin.get(f"/conversations/{left.job}")
    assert f'href="/conversations/compare?left={left.job}"' in page.html
    seen = heard.admin.get(f"/conversations/compare?left={left.job}")
    assert seen.status == 200
    assert f'href="/conversations/compare?left={left.job}&amp;right={right.job}"' in seen.html
    assert f"right={left.job}" not in seen.html


def test_an_agent_with_one_conversation(heard: Heard) -> None:
    spoken = Spoken(agent="lonely")
    record(heard.dashboard, spoken)
    seen = heard.admin.get(f"/conversations/compare?left={spoken.job}")
    assert "No other conversations" in seen.text


def test_without_any_the_first_is_chosen(heard: Heard, pair: tuple[Spoken, Spoken]) -> None:
    seen = heard.admin.get("/conversations/compare")
    assert seen.status == 200
    assert f'href="/conversations/compare?left={pair[0].job}"' in seen.html


def test_one_with_itself(heard: Heard, pair: tuple[Spoken, Spoken]) -> None:
    job = pair[0].job
    seen = heard.admin.get(f"/conversations/compare?left={job}&right={job}")
    assert seen.status == 200
    ids = re.findall(r' id="([^"]*)"', seen.html.partition("<main")[2].partition("</main>")[0])
    assert len(ids) == len(set(ids))


def test_one_that_runs_makes_the_page_live(heard: Heard, pair: tuple[Spoken, Spoken]) -> None:
    running = Spoken(agent="compared")
    send(heard.dashboard, TRACES, running.traces(running.span("user_turn")))
    seen = heard.admin.get(f"/conversations/compare?left={pair[0].job}&right={running.job}")
    assert f"conversation:{running.job}" in seen.html


def test_both_openings_are_audited(heard: Heard) -> None:
    pair = [Spoken(), Spoken()]
    for spoken in pair:
        record(heard.dashboard, spoken)
    heard.admin.get(f"/conversations/compare?left={pair[0].job}&right={pair[1].job}")
    for spoken in pair:
        entries = heard.admin.get(f"/audit?q={spoken.job}").html
        assert entries.count("Open conversation") == 1


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("left=AJ_none", 404),
        ("right=AJ_none", 404),
        ("left=AJ_none&right=AJ_none", 404),
        ("left=" + "x" * 300, 422),
    ],
)
def test_wrong_pairs(heard: Heard, query: str, status: int) -> None:
    assert heard.admin.get(f"/conversations/compare?{query}").status == status


def test_who_may_not(heard: Heard, pair: tuple[Spoken, Spoken]) -> None:
    place = f"/conversations/compare?left={pair[0].job}&right={pair[1].job}"
    assert heard.viewer.get(place).status == 403
