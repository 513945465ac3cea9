"""One chart: series of values for the steps of a time, as bars or lines.

The template draws it (ui/chart.html.j2): positions across are percentages of the width, those
down are pixels, so that it stretches and its words keep their size, without scripts or styles.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

HEIGHT = 132  # pixels
NICE = (1, 2, 2.5, 4, 5, 8, 10)  # of which a scale has a power of ten
PARTS = 4  # of a scale
LABELS = 7  # below a chart, at most
GAP = 0.2  # of a step, between two bars
NOT_KNOWN = "\N{EN DASH}"
SMALLEST_BAR = 1.0  # pixel: what is more than nothing can be seen


@dataclass(frozen=True, slots=True)
class Series:
    """Values by step, and the number of their color in charts.css; None is not known."""

    label: str
    values: Sequence[float | None]
    color: str


@dataclass(frozen=True, slots=True)
class Hatched:
    """A time for which nothing is known, as percentages of the width."""

    x: float
    width: float
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a bar: percentages across, pixels down."""

    x: float
    width: float
    y: float
    height: float
    color: str


@dataclass(frozen=True)
class Chart:
    """A chart with one step between each two of `bounds`; `write` formats a value.

    With `lines`, each series is a line, else they are stacked. `gaps` are times for which nothing
    is known, even if their steps have a value. Values that are `whole` have a scale of such.
    """

    bounds: Sequence[datetime]
    series: Sequence[Series]
    write: Callable[[float], str]
    gaps: Sequence[tuple[datetime, datetime]] = ()
    lines: bool = False
    whole: bool = False

    @cached_property
    def top(self) -> float:
        """The value at the top of the scale: a round one."""
        sums = [sum(values) for values in self._stacks]
        highest = max([max(values) for values in self._stacks] if self.lines else sums, default=0)
        if highest <= 0:
            return float(PARTS)
        power = 10.0 ** math.floor(math.log10(highest / PARTS))
        step = next(power * nice for nice in NICE if power * nice * PARTS >= highest * 0.999)
        return max(step, 1.0 if self.whole else 0.0) * PARTS

    @property
    def scale(self) -> list[str]:
        """The labels of the scale, from the bottom to the top."""
        return [self.write(self.top * part / PARTS) for part in range(PARTS + 1)]

    @property
    def rules(self) -> list[float]:
        """Where lines cross the chart, in pixels."""
        return [HEIGHT * part / PARTS for part in range(PARTS + 1)]

    @property
    def bars(self) -> list[Bar]:
        """All bars, each series on top of the one before."""
        found = []
        for step, values in enumerate(self._stacks):
            x, width = self._across(step)
            bottom = float(HEIGHT)
            for series, value in zip(self.series, values, strict=True):
                if value > 0:
                    height = max(value / self.top * HEIGHT, SMALLEST_BAR)
                    bottom -= height
                    found.append(Bar(x, width, round(bottom, 2), round(height, 2), series.color))
        return found

    def points(self, series: Series) -> list[str]:
        """Return the lines of a series as SVG points: one for each run of known values."""
        runs: list[list[str]] = [[]]
        for step, value in enumerate(series.values):
            if value is None:
                runs.append([])
                continue
            x, width = self._across(step)
            y = HEIGHT - value / self.top * HEIGHT
            runs[-1].append(f"{x + width / 2:.2f},{y:.2f}")
        return [" ".join(run * 2 if len(run) == 1 else run) for run in runs if run]

    @property
    def hatched(self) -> list[Hatched]:
        """The times for which nothing is known."""
        return [
            Hatched(self._at(since), max(self._at(until) - self._at(since), 0.3), since, until)
            for since, until in self.gaps
        ]

    @property
    def labeled(self) -> list[tuple[float, datetime]]:
        """The steps with a label below, and where each begins, in percent."""
        every = max(1, math.ceil((len(self.bounds) - 1) / LABELS))
        return [(self._at(bound), bound) for bound in self.bounds[:-1:every]]

    @property
    def rows(self) -> list[tuple[datetime, list[str]]]:
        """The same as a table: the start of each step, and the value of each series."""
        return [
            (start, [self._written(series.values[step]) for series in self.series])
            for step, start in enumerate(self.bounds[:-1])
        ]

    def _written(self, value: float | None) -> str:
        return NOT_KNOWN if value is None else self.write(value)

    @cached_property
    def _stacks(self) -> list[list[float]]:
        """The values of each step, by series."""
        return [
            [series.values[step] or 0.0 for series in self.series]
            for step in range(len(self.bounds) - 1)
        ]

    def _across(self, step: int) -> tuple[float, float]:
        """Return where the bar of a step begins, and its width, in percent."""
        since, until = self._at(self.bounds[step]), self._at(self.bounds[step + 1])
        width = until - since
        return round(since + width * GAP / 2, 3), round(max(width * (1 - GAP), 0.1), 3)

    def _at(self, moment: datetime) -> float:
        length = (self.bounds[-1] - self.bounds[0]).total_seconds() or 1.0
        return round((moment - self.bounds[0]).total_seconds() / length * 100, 3)
