"""Insights of a period: figures by step, by agent and in all, and those of the period before."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.audit.writing import storable
from app.services.conversations.counts import COUNTS, counts_of, unreported
from app.services.conversations.insights.counting import (
    RESPONSE,
    ROWS,
    Group,
    counted,
    found_in,
)
from app.services.conversations.insights.figures import LISTS, Figures, of_stored
from app.services.conversations.insights.rolling import OWN, SIX_HOURS, groups_in, uncounted
from app.services.conversations.page.conversation import MICROSECOND
from app.services.conversations.states import ModelKind
from app.services.conversations.usage import COUNTED, SPANS, ModelUsage
from app.services.history.states import named
from app.services.usage.periods import Period
from app.services.usage.reading import Gap, gaps_in
from app.services.usage.rolling import DAYS, HOURS, micro
from app.store.schema import CONVERSATION_USAGE
from app.store.store import Store

FEW = 200  # conversations that are counted one by one, so that percentiles are exact
HOURLY_UP_TO = timedelta(days=2)  # longer times have steps that begin at whole hours of UTC
SPANS_UP_TO = ((HOURLY_UP_TO, HOURS), (timedelta(days=15), SIX_HOURS))  # as in usage/periods.py
RESPONSES = frozenset({RESPONSE})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which conversations; what is empty doesn't restrict them."""

    agent: str = ""
    version: str = ""
    model: str = ""

    def matches(self, group: Group) -> bool:
        """Return whether the conversations of a group are wanted."""
        return (
            self.agent in {"", group.agent}
            and self.version in {"", group.version}
            and (not self.model or self.model in group.models)
        )


@dataclass(slots=True)
class Part:
    """The figures of a time; `exact` if its conversations were counted one by one.

    Those of steps and of groups have no delays but response times. `known` are all groups that were
    counted in this time, whatever is wanted.
    """

    steps: Sequence[Figures]
    exact: bool
    total: Figures = field(default_factory=Figures)
    groups: dict[Group, Figures] = field(default_factory=dict)
    known: set[Group] = field(default_factory=set)

    def add(self, step: int, group: Group, figures: Figures) -> None:
        """Add the figures of a group in a step."""
        self.total.add(figures)
        self.steps[step].add(figures, RESPONSES)
        self.groups.setdefault(group, Figures()).add(figures, RESPONSES)
        self.known.add(group)


@dataclass(frozen=True, slots=True)
class Top:
    """A conversation in one of the lists."""

    job: str
    agent: str
    room: str
    started_at: datetime
    duration: timedelta | None
    interruptions: int
    errors: int | None
    response_p95: timedelta | None
    outcome_reason: str


@dataclass(frozen=True, slots=True)
class Insights:
    """The figures of a period, and those of the period before, if they are known.

    `gaps` are the times in which nothing is known: the dashboard didn't run, conversations of then
    are no longer kept, or they have not been counted.
    """

    period: Period
    now: Part
    total: Figures
    before: Figures | None
    gaps: Sequence[Gap]
    lists: dict[str, list[Top]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


async def read(
    store: Store, server: str, period: Period, kept_since: datetime, wanted: Wanted
) -> Insights:
    """Return the insights of a period; `kept_since` is when the oldest that is kept began.

    Raises StoreError.
    """
    earlier = period.before
    async with store.read() as connection:
        gaps = await gaps_in(connection, server, period)
        now = await _part(connection, server, period, wanted)
        gaps += await _not_counted(connection, server, period, now)
        gaps.sort(key=lambda gap: gap.since)
        before = None
        if earlier.since >= kept_since and not await gaps_in(connection, server, earlier):
            part = await _part(connection, server, earlier, wanted)
            if not await _not_counted(connection, server, earlier, part):
                before = part.total
        total = now.total
        lists = await _lists(connection, server, total)
    if period.since < kept_since:
        gaps = [Gap(period.since, min(kept_since, period.until)), *gaps]
    return Insights(period, now, total, before, gaps, lists, _choices(now.known, wanted))


async def _part(connection: AsyncConnection, server: str, period: Period, wanted: Wanted) -> Part:
    bounds = [micro(bound) for bound in period.bounds]

    def place(moment: int) -> int:
        return max(0, min(bisect_right(bounds, moment) - 1, len(bounds) - 2))

    rows = await found_in(connection, _conditions(server, period, wanted), FEW + 1)
    part = Part([Figures() for _ in bounds[1:]], len(rows) <= FEW)
    if part.exact:
        for (step, group), figures in (await counted(connection, server, rows, place)).items():
            part.add(step, group, figures)
        if wanted == Wanted():
            return part
    for start, text in await connection.execute(_stored(server, period)):
        for group, figures in groups_in(text):
            part.known.add(group)
            if not part.exact and wanted.matches(group):
                part.add(place(micro(start)), group, of_stored(figures))
    return part


async def _not_counted(
    connection: AsyncConnection, server: str, period: Period, part: Part
) -> list[Gap]:
    """Return the times of a period of which the stored figures lack conversations."""
    if part.exact:
        return []
    found: list[Gap] = []
    for hour in await uncounted(connection, server, period.since, period.until):
        until = min(hour + timedelta(hours=1), period.until)
        if found and found[-1].until == hour:
            found[-1] = Gap(found[-1].since, until)
        else:
            found.append(Gap(max(hour, period.since), until))
    return found


def _stored(server: str, period: Period) -> Select[Any]:
    length = period.until - period.since
    span = next((span for longest, span in SPANS_UP_TO if length <= longest), DAYS)
    return select(OWN.start, OWN.figures).where(
        OWN.server == server,
        OWN.span == span,
        OWN.start >= period.since,
        OWN.start < period.until,
    )


def _conditions(server: str, period: Period, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [
        ROWS.server == server,
        ROWS.started_at >= period.since,
        ROWS.started_at < period.until,
    ]
    for name in ("agent", "version"):
        if text := getattr(wanted, name):
            found.append(ROWS[name] == storable(text))
    if wanted.model:
        used = CONVERSATION_USAGE.c
        jobs = select(used.job).where(used.server == server, used.model == storable(wanted.model))
        found.append(ROWS.job.in_(jobs))
    return found


async def _lists(connection: AsyncConnection, server: str, total: Figures) -> dict[str, list[Top]]:
    """Return the conversations of the lists in their order, without those that were deleted."""
    jobs = {job for tops in total.lists.values() for _, job in tops}
    if not jobs:
        return {}
    names = dict.fromkeys((*Top.__slots__, *COUNTS, "spans", "sdk_version"))
    query = select(*(ROWS[name] for name in names))
    query = query.where(ROWS.server == server, ROWS.job.in_(jobs))
    rows = (await connection.execute(query)).all()
    silent = await unreported(connection, server, rows)
    found = {}
    for row in rows:
        own: dict[str, Any] = {name: getattr(row, name) for name in Top.__slots__}
        own |= {name: _span(own[name]) for name in ("duration", "response_p95")}
        found[row.job] = Top(**own | {"errors": counts_of(row, silent)["errors"]})
    return {
        name: [found[job] for _, job in total.lists.get(name, ()) if job in found] for name in LISTS
    }


def _span(microseconds: int | None) -> timedelta | None:
    return None if microseconds is None else microseconds * MICROSECOND


def _choices(known: Iterable[Group], wanted: Wanted) -> dict[str, list[str]]:
    """Return the agents, the versions of the chosen agent, and the models to choose from."""
    agents: set[str] = set()
    versions: set[str] = set()
    models: set[str] = set()
    for group in known:
        agents.add(group.agent)
        models.update(group.models)
        if wanted.agent in {"", group.agent}:
            versions.add(group.version)
    return {
        name: sorted(each for each in found if each)
        for name, found in (("agent", agents), ("version", versions), ("model", models))
    }


def usage_in(figures: Figures) -> list[ModelUsage]:
    """Return what each model was used for, by kind and name."""
    found = []
    for (kind, provider, model), numbers in sorted(figures.usage.items()):
        columns: dict[str, Any] = dict(zip(COUNTED, numbers, strict=True))
        columns |= {name: columns[name] * MICROSECOND for name in SPANS}
        found.append(ModelUsage(named(ModelKind, kind), provider, model, **columns))
    return found
