"""The targets that a soak reports as missed, for given responses and figures."""

import pytest

from benchmarks.pollers import Answer
from benchmarks.soak_report import Moment, Outage, Soaked, missed_targets, tables

OUTAGE = Outage("LiveKit stopped", down=100.0, up=110.0)
CALM = Moment("", resident=100_000_000, descriptors=16, tasks=3)
BUSY = Moment("", resident=108_000_000, descriptors=240, tasks=20)


def soaked(*answers: Answer, end: Moment = BUSY, left: Moment = CALM) -> Soaked:
    """Return a soak of one browser, which recovers with its first refresh by default."""
    back = Answer("browser 0", "/rooms (poll)", 200, 111.0, 111.1)
    return Soaked(1, [CALM, BUSY, BUSY, end, left], answers or [back], [OUTAGE], {"joined": 1})


def polled(status: int, at: float) -> Answer:
    """Return a browser's response at this second."""
    return Answer("browser 0", "/rooms (poll)", status, at, at + 0.1)


def test_no_target_is_missed_if_all_is_well() -> None:
    kept = soaked(polled(200, 50), polled(503, 101), polled(304, 111))
    assert missed_targets(kept) == []
    assert "MISSED" not in "".join(tables(kept))


@pytest.mark.parametrize(("status", "at"), [(503, 50), (503, 122), (500, 105), (0, 105)])
def test_other_errors_are_named(status: int, at: float) -> None:
    missed = missed_targets(soaked(polled(200, 111), polled(status, at)))
    assert missed == [f"no unexpected 5xx: /rooms (poll): {status or 'no response'}, 1 times"]


@pytest.mark.parametrize("good", [(), (120.0,)])
def test_a_late_browser_is_counted_and_one_that_never_came_back(good: tuple[float, ...]) -> None:
    late = soaked(polled(503, 111), polled(503, 116), *(polled(200, at) for at in good))
    assert missed_targets(late) == ["LiveKit stopped: 1 browsers needed more than 2 refreshes"]
    assert "MISSED" in "".join(tables(late))


def test_growth_is_named() -> None:
    more = Moment("", resident=113_000_000, descriptors=281, tasks=26)
    assert missed_targets(soaked(end=more, left=more)) == [
        "no growth of resident memory, MB: "
        "after one outage 108, at the end 113, browsers closed 113",
        "no growth of descriptors: after one outage 240, at the end 281, browsers closed 281",
        "no growth of tasks: after one outage 20, at the end 26, browsers closed 26",
    ]
