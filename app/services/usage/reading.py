"""Usage of a period: the figures of each step and their sums, and what was not watched."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import Invalid
from app.services.usage.counting import HOUR, Key, Steps, counted, total
from app.services.usage.facts import MOST, connections_in, facts_of
from app.services.usage.measures import LARGEST, Measure
from app.services.usage.periods import Period, Range, up_to
from app.services.usage.rolling import DAYS, HOURS, micro
from app.store.schema import COVERAGE, USAGE
from app.store.store import Store

MINUTES_5 = HOUR // 12
DAY = HOUR * 24
NO_GAP = timedelta(minutes=2)  # the reconciler's rounds are less far apart
TOO_MANY = f"More than {MOST:,} connections match. Choose a shorter time, or fewer rooms."
Values = dict[Measure, dict[str, list[int]]]


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which the dashboard didn't watch the server."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Usage:
    """The figures of a period: for each measure and label one value a step; durations in µs.

    `before` are the sums of the period before; None if the dashboard didn't watch it all. `gaps`
    are the times in which nothing is known, also within a step.
    """

    period: Period
    values: Values
    before: Mapping[tuple[Measure, str], int] | None
    gaps: list[Gap]

    @property
    def compared(self) -> bool:
        """Return whether the period before is known."""
        return self.before is not None

    def labels(self, measure: Measure) -> list[str]:
        """Return the labels of a measure, the largest first."""
        sums = {label: self.sum(measure, label) for label in self.values.get(measure, {})}
        return sorted(sums, key=lambda label: (-sums[label], label))

    def steps(self, measure: Measure, label: str = "") -> list[int]:
        """Return the value of each step."""
        zeros = [0] * (len(self.period.bounds) - 1)
        return self.values.get(measure, {}).get(label, zeros)

    def sum(self, measure: Measure, label: str | None = None) -> int:
        """Return the figure of the whole period, for one label or all."""
        labels = self.values.get(measure, {})
        chosen = labels.values() if label is None else [labels.get(label, [])]
        return total(measure, (value for values in chosen for value in values))

    def earlier(self, measure: Measure, label: str | None = None) -> int | None:
        """Return the figure of the period before; None if it isn't known."""
        if self.before is None:
            return None
        found = (v for (m, name), v in self.before.items() if m is measure)
        if label is not None:
            found = (v for (m, name), v in self.before.items() if (m, name) == (measure, label))
        return total(measure, found)


async def last_day(store: Store, server: str, now: datetime) -> Usage:
    """Return the usage of the last 24 hours, compared with nothing. Raises StoreError."""
    period = up_to(now, Range.DAY, UTC)
    async with store.read() as connection:
        figures = await _rolled(connection, server, period)
        gaps = await gaps_in(connection, server, period)
    return Usage(period, _by_step(figures, period), None, gaps)


async def read(store: Store, server: str, period: Period, now: datetime, rooms: str = "") -> Usage:
    """Return the usage of a period, of all rooms or those that a pattern with * matches.

    Raises StoreError, and Invalid if too many connections match to be counted.
    """
    of = _of(store, server, rooms)
    earlier = period.before
    async with store.read() as connection:
        if rooms or period.step < timedelta(hours=1):
            figures = await _counted(connection, of, period, now)
            sums = _summed(await _counted(connection, of, earlier, now))
        else:
            figures = await _rolled(connection, server, period)
            sums = await _sums(connection, server, earlier)
        gaps = await gaps_in(connection, server, period)
        was_watched = not await gaps_in(connection, server, earlier)
    return Usage(period, _by_step(figures, period), sums if was_watched else None, gaps)


def _of(store: Store, server: str, rooms: str) -> Callable[[Table], Any]:
    def of(table: Table) -> Any:
        own = table.c.server == server
        return own & store.dialect.matches(table.c.room, rooms) if rooms else own

    return of


async def _counted(
    connection: AsyncConnection, of: Callable[[Table], Any], period: Period, now: datetime
) -> Counter[Key]:
    """Count from the rows themselves. Raises Invalid for too many."""
    since, until = micro(period.since), micro(period.until)
    if await connections_in(connection, of, since, until) > MOST:
        raise Invalid(TOO_MANY, fields={"room": TOO_MANY})
    step = MINUTES_5 if period.step < timedelta(hours=1) else DAY if period.by_days else HOUR
    steps = Steps(since, until, micro(now), step)
    return counted(await facts_of(connection, of, since, until), steps)


async def _rolled(connection: AsyncConnection, server: str, period: Period) -> Counter[Key]:
    own = USAGE.c
    rows = await connection.execute(
        select(own.start, own.measure, own.label, own.value).where(*_within(server, period))
    )
    return Counter({(micro(start), Measure(of), label): v for start, of, label, v in rows})


async def _sums(
    connection: AsyncConnection, server: str, period: Period
) -> dict[tuple[Measure, str], int]:
    own = USAGE.c
    within = _within(server, period)
    query = select(own.measure, own.label, func.sum(own.value), func.max(own.value))
    rows = await connection.execute(query.where(*within).group_by(own.measure, own.label))
    return {
        (Measure(of), label): int(most if Measure(of) in LARGEST else added)
        for of, label, added, most in rows
    }


def _within(server: str, period: Period) -> list[Any]:
    own = USAGE.c
    span = DAYS if period.by_days else HOURS
    return [
        own.server == server,
        own.span == span,
        own.start >= period.since,
        own.start < period.until,
    ]


def _summed(figures: Counter[Key]) -> dict[tuple[Measure, str], int]:
    values: dict[tuple[Measure, str], list[int]] = {}
    for (_, measure, label), value in figures.items():
        values.setdefault((measure, label), []).append(value)
    return {key: total(key[0], numbers) for key, numbers in values.items()}


def _by_step(figures: Counter[Key], period: Period) -> Values:
    """Put the figures of hours or days into the steps that are shown."""
    bounds = [micro(bound) for bound in period.bounds]
    places: dict[int, int] = {}
    values: Values = {}
    for (start, measure, label), value in figures.items():
        if (place := places.get(start, -1)) < 0:
            place = places[start] = _place(bounds, start)
        steps = values.setdefault(measure, {}).setdefault(label, [0] * (len(bounds) - 1))
        steps[place] = total(measure, (steps[place], value))
    return values


def _place(bounds: list[int], start: int) -> int:
    """Return the number of the step that a moment is in."""
    return max(0, min(bisect_right(bounds, start) - 1, len(bounds) - 2))


async def gaps_in(connection: AsyncConnection, server: str, period: Period) -> list[Gap]:
    """Return the times of a period in which the dashboard didn't watch the server."""
    own = COVERAGE.c
    query = select(own.began_at, own.until_at).where(
        own.server == server, own.until_at > period.since, own.began_at < period.until
    )
    watched = (await connection.execute(query.order_by(own.began_at))).all()
    return list(_between(period, [(began, until) for began, until in watched]))


def _between(period: Period, watched: list[tuple[datetime, datetime]]) -> Iterator[Gap]:
    edges = [(period.since, period.since), *watched, (period.until, period.until)]
    for (_, ended), (began, _) in pairwise(edges):
        if began - ended > NO_GAP:
            yield Gap(max(ended, period.since), min(began, period.until))
