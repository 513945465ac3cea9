"""The transcript: lines, response times, tool calls, filters, pages, hostile texts, masks."""

import re

import pytest

from tests.routes.conversations import talks
from tests.routes.conversations.conftest import Heard
from tests.routes.conversations.talks import lines_of
from tests.support.tokens import give_token, program
from tests.support.uploads import LOGS, TRACES, Spoken, record, send


@pytest.fixture(scope="module")
def booking(heard: Heard) -> Spoken:
    """A conversation with everything that a transcript can have."""
    spoken = Spoken()
    sent = record(
        heard.dashboard,
        spoken,
        talks.booking(spoken),
        b"OggS" * 100,
        header=spoken.header(61.5, **talks.report()),
    )
    assert sent.status_code == 200
    turn = spoken.span(
        "user_turn",
        4,
        1,
        lk__pii__participant_identity="sip_+15550142111",
        lk__participant_kind="PARTICIPANT_KIND_SIP",
        lk__pii__sip__phoneNumber="+15550142",
    )
    assert send(heard.dashboard, TRACES, spoken.traces(turn)).status_code == 200
    judged = {"name": "task_completion", "verdict": "pass", "reasoning": "It was moved."}
    evaluations = spoken.logs(
        "evaluations",
        ("evaluation", {"evaluation": judged}),
        ("outcome", {"outcome": {"outcome": "success", "reason": "Visit moved."}}),
    )
    assert send(heard.dashboard, LOGS, evaluations).status_code == 200
    return spoken


def test_lines_in_their_order(heard: Heard, booking: Spoken) -> None:
    lines = lines_of(heard.admin.get(f"/conversations/{booking.job}"))
    assert [who for who, _ in lines] == [
        "change",
        "change",
        "agent",
        "user",
        "tool",
        "agent",
        "user",
        "agent",
        "user",
        "tool",
        "agent",
        "user",
        "change",
        "agent",
    ]
    assert "The first agent is reception" in lines[0][1]
    assert "find_visit , move_visit" in lines[1][1]
    assert lines[3][1] == "0:04 Caller I need to move my visit on Thursday."
    assert "reception handed off to billing" in lines[12][1]


def test_response_times_and_their_stages(heard: Heard, booking: Spoken) -> None:
    lines = lines_of(heard.admin.get(f"/conversations/{booking.job}"))
    assert lines[5][1].endswith("0.90 s")
    for stage in ("End of turn 0.35 s", "Transcription 0.32 s", "LLM first token 0.15 s"):
        assert stage in lines[5][1], "what was measured on the caller's message belongs to it"
    assert lines[10][1].endswith("Slow: 3.40 s")
    assert lines[2][1].endswith("TTS first byte 0.08 s"), "a first message responds to nothing"


def test_bars_are_drawn_in_percent_of_the_longest(heard: Heard, booking: Spoken) -> None:
    seen = heard.admin.get(f"/conversations/{booking.job}")
    bars = re.findall(r'<svg class="delay-bar".*?</svg>', seen.html)
    assert len(bars) == 4
    assert 'class="bar c5" x="0.0%"' in bars[0]
    for bar in bars:
        parts = re.findall(r'x="([\d.]+)%" width="([\d.]+)%"', bar)
        ends = [float(x) + float(width) for x, width in parts]
        assert ends == sorted(ends)
        assert ends[-1] <= 100.3
    assert "style=" not in seen.html


def test_an_interruption_is_the_callers_only_if_the_caller_spoke(heard: Heard) -> None:
    spoken = Spoken()
    items = [
        talks.answered(spoken, "a", "We open at nine and", 5, interrupted=True),
        talks.heard(spoken, "b", "Just today.", 6.5),
        talks.answered(spoken, "c", "Goodbye", 20, interrupted=True),
        talks.heard(spoken, "d", "Hello again?", 40),
        spoken.message("e", "assistant", "typed", 50, interrupted=True),
    ]
    record(heard.dashboard, spoken, items)
    lines = lines_of(heard.admin.get(f"/conversations/{spoken.job}"))
    assert "Interrupted by the caller after 2.00 s" in lines[0][1]
    assert "Interrupted after 2.00 s" in lines[2][1]
    assert lines[4][1].endswith("Interrupted"), "how long it was spoken was not measured"


def test_tool_calls(heard: Heard) -> None:
    spoken = Spoken()
    items = [
        *talks.call(spoken, "a", "find", '{"a": 1}', '{"b": [1, 2]}', 1.2),
        *talks.call(spoken, "b", "move", "{}", "taken", 2.2, is_error=True),
        *talks.call(spoken, "c", "wait", "", None, 3.2),
        talks.call(spoken, "d", "lost", "", "found", 4.2)[1],
    ]
    record(heard.dashboard, spoken, items)
    texts = [text for _, text in lines_of(heard.admin.get(f"/conversations/{spoken.job}"))]
    assert texts[0] == '0:01 Tool call find Passed 0.50 s Arguments {"a": 1} Result {"b": [1, 2]}'
    assert "move Failed 0.50 s" in texts[1]
    assert texts[2] == "0:03 Tool call wait no result Arguments none"
    assert texts[3] == "0:04 Tool call lost Passed Result found"


@pytest.mark.parametrize(
    ("query", "matching"),
    [
        ("show=slow", ["Is nine good for you?"]),
        ("show=interrupted", ["On Friday I have nine"]),
        ("show=tools", ["find_visit", "move_visit"]),
        ("q=the+slot+was", ["move_visit"]),
        ("q=FRIDAY", ["Do you have Friday?", "On Friday", "move_visit"]),
        ("q=friday&show=tools", ["move_visit"]),
        ("q=100%25", []),
        ("q=_____", []),
    ],
)
def test_filters(heard: Heard, booking: Spoken, query: str, matching: list[str]) -> None:
    seen = heard.admin.get(f"/conversations/{booking.job}?{query}")
    lines = [text for _, text in lines_of(seen)]
    assert len(lines) == len(matching)
    for line, text in zip(lines, matching, strict=True):
        assert text in line
    assert ("No lines match" in seen.text) is not bool(matching)
    assert "All 14" in seen.text


@pytest.mark.parametrize(
    "query", ["show=fast", "lines=0", "lines=9999", "first=-1", "q=" + "x" * 300]
)
def test_a_filter_that_is_none(heard: Heard, booking: Spoken, query: str) -> None:
    assert heard.admin.get(f"/conversations/{booking.job}?{query}").status == 422


def test_where_lines_are_in_the_recording(heard: Heard, booking: Spoken) -> None:
    html = heard.admin.get(f"/conversations/{booking.job}").html
    places = [
        (float(a), float(b)) for a, b in re.findall(r'data-from="(.*?)" data-to="(.*?)"', html)
    ]
    assert len(places) == 14
    assert places[3] == pytest.approx((4.1, 5.1), abs=0.01)
    silent = Spoken()
    record(heard.dashboard, silent, [talks.heard(silent, "a", "Hi", 1)])
    assert "data-from" not in heard.admin.get(f"/conversations/{silent.job}").html


def test_facts_usage_outcome_and_options(heard: Heard, booking: Spoken) -> None:
    text = heard.admin.get(f"/conversations/{booking.job}").text
    for fact in (
        "p50 0.62 s p95 3.40 s",
        "1 interruption",
        "1 failed",
        "llm 1",
        "caller left",
        "livekit-agents 1.8.9",
        "9,120 in, 400 cached, 640 out",
        "912 characters, 20.5 s",
        "success",
        "Visit moved.",
        "It was moved.",
        "reschedule",
        "allow_interruptions",
    ):
        assert fact in text, fact
    assert "lk.success" not in text


def test_the_caller_is_masked_without_the_permission(heard: Heard, booking: Spoken) -> None:
    place = f"/conversations/{booking.job}"
    assert "+15550142" in heard.admin.get(place).text
    given = give_token(heard.dashboard, "operator", ["server.read", "conversations.read"])
    seen = program(heard.dashboard, given).get(place)
    assert seen.status == 200
    assert "Number 1" in seen.text
    assert "5550142" not in seen.markup
    assert "/history/participants/" not in seen.html
