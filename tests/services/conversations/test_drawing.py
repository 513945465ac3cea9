"""Where the bars of spans are, how their times are written, and how attributes are shown."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.services.conversations.spans import values
from app.services.conversations.spans.drawing import bar, clock, near, took, trace_scale
from app.services.conversations.spans.kinds import SpanKind, kind_of
from app.services.conversations.spans.lines import level_of
from app.services.conversations.spans.skeleton import TracedSpan
from app.services.conversations.spans.values import written
from app.services.conversations.states import Severity
from app.services.history.drawing.scale import Window

BEGAN = datetime(2026, 11, 30, 9, tzinfo=UTC)
WHOLE = Window(BEGAN, BEGAN + timedelta(seconds=100))


def traced(after: float, seconds: float) -> TracedSpan:
    at = BEGAN + timedelta(seconds=after)
    return TracedSpan("1" * 16, "", "llm_node", "", at, round(seconds * 1e6), False, "batch")


@pytest.mark.parametrize(
    ("after", "seconds", "expected"),
    [
        (10, 20, (10, 20, 30, "after")),
        (10, 85, (10, 85, 10, "inside")),
        (90, 10, (90, 10, 90, "before")),
        (50, 0, (50, 0.15, 50.15, "after")),
        (-50, 60, (0, 10, 10, "after")),
        (95, 500, (95, 5, 95, "before")),
        (100, 1, (99.85, 0.15, 99.85, "before")),
        (0, 2**53 / 1e6, (0, 100, 0, "inside")),
    ],
)
def test_a_bar(after: float, seconds: float, expected: tuple[object, ...]) -> None:
    found = bar(trace_scale(WHOLE, None, None), traced(after, seconds))
    assert found is not None
    assert (found.x, found.width, found.text_x, found.side) == expected


@pytest.mark.parametrize(("after", "seconds"), [(-20, 10), (101, 5)])
def test_no_bar_outside(after: float, seconds: float) -> None:
    assert bar(trace_scale(WHOLE, None, None), traced(after, seconds)) is None


def _ms(after: float) -> int:
    return round((BEGAN.timestamp() + after) * 1000)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (10, 20, (10, 20)),
        (10, None, (10, 100)),
        (-5, 500, (0, 100)),
        (20, 10, (0, 100)),
        (10, 10.05, (0, 100)),
        (200, 300, (0, 100)),
    ],
)
def test_the_part_that_is_drawn(
    start: float, end: float | None, expected: tuple[float, float]
) -> None:
    window = trace_scale(WHOLE, _ms(start), None if end is None else _ms(end)).window
    assert ((window.since - BEGAN).total_seconds(), window.length.total_seconds()) == (
        expected[0],
        expected[1] - expected[0],
    )


def test_what_is_zoomed_to_has_room_and_is_inside() -> None:
    scale = trace_scale(WHOLE, None, None)
    assert near(traced(10, 20), scale) == Window(
        BEGAN + timedelta(seconds=9), BEGAN + timedelta(seconds=31)
    )
    assert near(traced(0, 1000), scale) == WHOLE
    assert near(traced(50, 0), scale).length == timedelta(milliseconds=100)


@pytest.mark.parametrize(
    ("seconds", "digits", "expected"),
    [
        (0, 0, "0:00"),
        (63.25, 0, "1:03"),
        (63.25, 2, "1:03.25"),
        (59.99, 1, "0:59.9"),
        (3_723, 0, "1:02:03"),
        (-0.01, 0, "0:00"),
        (-0.01, 2, "\u22120:00.01"),
    ],
)
def test_a_time_since_the_beginning(seconds: float, digits: int, expected: str) -> None:
    assert clock(timedelta(seconds=seconds), digits) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0.0 ms"),
        (0.0004, "0.4 ms"),
        (0.039, "39 ms"),
        (0.39, "0.39 s"),
        (2.2, "2.2 s"),
        (125, "2 min 5 s"),
    ],
)
def test_how_long_something_took(seconds: float, expected: str) -> None:
    assert took(timedelta(seconds=seconds)) == expected


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("user_turn", SpanKind.CALLER),
        ("agent_speaking", SpanKind.AGENT),
        ("llm_request_run", SpanKind.LLM),
        ("tts_node", SpanKind.TTS),
        ("function_tool", SpanKind.TOOL),
        ("event_loop_blocked", SpanKind.STALL),
        ("anything", SpanKind.OTHER),
    ],
)
def test_what_a_name_means(name: str, kind: SpanKind) -> None:
    assert kind_of(name) is kind


@pytest.mark.parametrize(
    ("severity", "level"),
    [
        (0, Severity.UNSPECIFIED),
        (9, Severity.INFO),
        (12, Severity.INFO),
        (17, Severity.ERROR),
        (24, Severity.FATAL),
        (25, Severity.UNSPECIFIED),
        (-1, Severity.UNSPECIFIED),
    ],
)
def test_the_level_of_a_number(severity: int, level: Severity) -> None:
    assert level_of(severity) is level


def _shown(found: Any) -> str:
    [value] = written({"name": found})
    return value.text


def test_attributes_as_text() -> None:
    assert _shown('{"a":[1,2]}') == '{\n  "a": [\n    1,\n    2\n  ]\n}'
    assert _shown(["a", None]) == '[\n  "a",\n  null\n]'
    assert [_shown(each) for each in (True, 3, 0.1, 1e300, None, "")] == [
        "true",
        "3",
        "0.1",
        "1e+300",
        "",
        "",
    ]
    assert _shown(float("nan")) == "nan"


def test_a_thousand_levels_of_json_stay_as_they_came() -> None:
    deep = "[" * 1000 + "]" * 1000
    assert _shown(deep) == deep


def test_attributes_are_bounded() -> None:
    [value] = written({"name": "x" * 50_000})
    assert (len(value.text), value.left_out) == (values.LONGEST, 40_000)
    assert value.is_block
    many = written({f"{number:04}": "y" * 9_000 for number in range(500)})
    assert len(many) == values.MOST
    assert sum(len(each.text) for each in many) == values.ALL
    assert many[-1].left_out == 9_000
