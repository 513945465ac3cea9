"""What a soak calls a broken promise, from answers and figures made up for it."""

import pytest

from benchmarks.pollers import Answer
from benchmarks.soak_report import Moment, Outage, Soaked, broken, tables

OUTAGE = Outage("LiveKit stopped", down=100.0, up=110.0)
CALM = Moment("", resident=100_000_000, descriptors=16, tasks=3)
BUSY = Moment("", resident=108_000_000, descriptors=240, tasks=20)


def soaked(*answers: Answer, end: Moment = BUSY, left: Moment = CALM) -> Soaked:
    """Give a soak of one browser, which is back with its first refresh unless `answers` differ."""
    back = Answer("browser 0", "/rooms (poll)", 200, 111.0, 111.1)
    return Soaked(1, [CALM, BUSY, BUSY, end, left], answers or [back], [OUTAGE], {"joined": 1})


def polled(status: int, at: float) -> Answer:
    """Give a browser's answer at that second."""
    return Answer("browser 0", "/rooms (poll)", status, at, at + 0.1)


def test_nothing_is_broken_where_all_is_well() -> None:
    kept = soaked(polled(200, 50), polled(503, 101), polled(304, 111))
    assert broken(kept) == []
    assert "MISSED" not in "".join(tables(kept))


@pytest.mark.parametrize(("status", "at"), [(503, 50), (503, 122), (500, 105), (0, 105)])
def test_other_errors_are_named(status: int, at: float) -> None:
    said = broken(soaked(polled(200, 111), polled(status, at)))
    assert said == [f"no other 5xx: /rooms (poll): {status or 'no answer'}, 1 times"]


@pytest.mark.parametrize("good", [(), (120.0,)])
def test_a_late_browser_is_counted_and_one_that_never_came_back(good: tuple[float, ...]) -> None:
    late = soaked(polled(503, 111), polled(503, 116), *(polled(200, at) for at in good))
    assert broken(late) == ["LiveKit stopped: 1 browsers needed more than 2 refreshes"]
    assert "MISSED" in "".join(tables(late))


def test_growth_is_named() -> None:
    more = Moment("", resident=113_000_000, descriptors=281, tasks=26)
    assert broken(soaked(end=more, left=more)) == [
        "no growth of resident memory, MB: after one outage 108, at the end 113, all left 113",
        "no growth of descriptors: after one outage 240, at the end 281, all left 281",
        "no growth of tasks: after one outage 20, at the end 26, all left 26",
    ]
