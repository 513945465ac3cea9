"""The scale of a timeline, and when somebody was there: pure functions over moments."""

from datetime import timedelta

import pytest

from app.services.history.drawing.presence import presence, steps
from app.services.history.drawing.scale import Scale, Window
from app.services.history.lists.ranges import between
from app.text.zones import LOCAL, zone_named
from tests.support.history import NOW, minutes

WHOLE = Window(minutes(0), minutes(60))


def test_positions_are_percentages() -> None:
    scale = Scale(WHOLE, Window(minutes(20), minutes(30)))
    assert (scale.x(minutes(20)), scale.x(minutes(25)), scale.x(minutes(31))) == (0, 50, 110)
    assert (scale.ticks[0], scale.ticks[-1]) == (minutes(20), minutes(30))
    assert scale.zoomed


@pytest.mark.parametrize(
    ("start", "end", "length", "expected"),
    [
        (20, 30, 4, (23, 27)),
        (0, 2, 10, (0, 10)),
        (58, 60, 10, (50, 60)),
        (20, 30, 600, (0, 60)),
    ],
)
def test_zooming_stays_inside(
    start: float, end: float, length: float, expected: tuple[float, float]
) -> None:
    scale = Scale(WHOLE, Window(minutes(start), minutes(end)))
    part = scale.around(timedelta(minutes=length))
    assert (part.since, part.until) == tuple(map(minutes, expected))


def test_moving_ends_at_the_ends() -> None:
    scale = Scale(WHOLE, Window(minutes(0), minutes(10)))
    assert scale.beside(-0.5) is None
    later = scale.beside(0.5)
    assert later
    assert (later.since, later.until) == (minutes(5), minutes(15))
    assert Scale(WHOLE, WHOLE).beside(0.5) is None


def test_connections_that_overlap_are_one_presence() -> None:
    joins = [
        ("ada", minutes(0), minutes(10)),
        ("ada", minutes(9), minutes(20)),
        ("ada", minutes(30), None),
        ("bob", minutes(5), minutes(6)),
    ]
    spans = list(presence(joins))
    assert spans == [
        (minutes(0), minutes(20)),
        (minutes(30), None),
        (minutes(5), minutes(6)),
    ]
    assert steps(spans) == [
        (minutes(0), 1),
        (minutes(5), 2),
        (minutes(6), 1),
        (minutes(20), 0),
        (minutes(30), 1),
    ]


def test_days_are_whole_and_in_the_zone() -> None:
    day = NOW.date()
    berlin = zone_named("Europe/Berlin")
    assert berlin
    own = between("1h", day, day, berlin, NOW)
    assert own.since
    assert own.until
    assert own.since.astimezone(berlin.tz).hour == 0
    assert own.until - own.since in {timedelta(hours=hours) for hours in (23, 24, 25)}
    utc = between("", day, None, LOCAL, NOW)
    assert utc.since
    assert (utc.since.hour, utc.until) == (0, None)
    assert between("24h", None, None, LOCAL, NOW).since == NOW - timedelta(hours=24)
