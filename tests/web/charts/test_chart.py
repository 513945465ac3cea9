"""Charts: where bars and lines are, what the scale says, and what isn't known."""

from datetime import UTC, datetime, timedelta

from app.web.charts.chart import HEIGHT, NOT_KNOWN, Chart, Series

START = datetime(2026, 11, 30, tzinfo=UTC)
BOUNDS = [START + timedelta(hours=n) for n in range(5)]


def chart(*values: list[float | None], lines: bool = False, whole: bool = False) -> Chart:
    """Return a chart of four hours."""
    series = [Series(f"series {n}", each, f"c{n}") for n, each in enumerate(values, 1)]
    gap = (START + timedelta(hours=1), START + timedelta(hours=2))
    return Chart(BOUNDS, series, "{:g}".format, [gap], lines, whole)


def test_bars_are_stacked_and_as_high_as_their_values() -> None:
    found = chart([1, 0, 2, 3], [3, 0, 0, 1]).bars
    assert [(bar.color, bar.height) for bar in found] == [
        ("c1", HEIGHT / 4),
        ("c2", HEIGHT * 3 / 4),
        ("c1", HEIGHT / 2),
        ("c1", HEIGHT * 3 / 4),
        ("c2", HEIGHT / 4),
    ]
    assert [bar.x for bar in found] == [2.5, 2.5, 52.5, 77.5, 77.5]
    assert {bar.width for bar in found} == {20.0}
    assert [bar.y for bar in found] == [99, 0, 66, 33, 0]


def test_little_is_more_than_nothing() -> None:
    heights = [bar.height for bar in chart([0.001, 0, 1000, 5]).bars]
    assert heights == [1.0, HEIGHT, 1.0]


def test_the_scale_has_round_values() -> None:
    assert chart([0, 0, 0, 0]).scale == ["0", "1", "2", "3", "4"]
    assert chart([7, 0, 0, 0]).scale == ["0", "2", "4", "6", "8"]
    assert chart([1, 0, 0, 0]).scale == ["0", "0.25", "0.5", "0.75", "1"]
    assert chart([1, 0, 0, 0], whole=True).scale == ["0", "1", "2", "3", "4"]
    assert chart([84_210, 0, 0, 0]).top >= 84_210
    assert chart([6, 0, 0, 0], [6, 0, 0, 0], lines=True).top < 12


def test_a_line_is_broken_where_nothing_is_known() -> None:
    lines = chart([1, None, 2, 1], lines=True)
    assert lines.points(lines.series[0]) == ["12.50,66.00 12.50,66.00", "62.50,0.00 87.50,66.00"]
    assert [row[1] for row in lines.rows] == [["1"], [NOT_KNOWN], ["2"], ["1"]]


def test_what_was_not_watched_is_hatched() -> None:
    (hatched,) = chart([1, 1, 1, 1]).hatched
    assert (hatched.x, hatched.width) == (25.0, 25.0)


def test_labels_are_few_and_where_their_steps_begin() -> None:
    bounds = [START + timedelta(hours=n) for n in range(29)]
    labeled = Chart(bounds, [], "{:g}".format).labeled
    assert len(labeled) == 7
    assert [round(x, 1) for x, _ in labeled[:3]] == [0.0, 14.3, 28.6]
