"""/api/v1/usage: how much happened in a time, as on the page."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query
from pydantic import Field
from starlette.requests import Request

from app.routes.usage.asking import DEFAULT, Asked, usage_of
from app.security.roles import Permission
from app.services.usage.measures import MICRO, TIMES, Measure
from app.services.usage.periods import Range
from app.services.usage.reading import Usage
from app.web.api.access import api_router, reads
from app.web.api.listing import Record
from app.web.deps import StoreDep

router = api_router("/usage", "History")


Day = Annotated[
    str, Query(max_length=10, description="A day, such as 2026-01-31, in UTC; with the other one.")
]
Rooms = Annotated[
    str, Query(max_length=256, description="A room, or a pattern in which * stands for anything.")
]
Span = Annotated[Range, Query(description="A time up to now, unless two days are named.")]


async def _asked(span: Span = DEFAULT, since: Day = "", until: Day = "", room: Rooms = "") -> Asked:
    return Asked(span, since, until, room)


AskedDep = Annotated[Asked, Depends(_asked)]


class Figure(Record):
    """A figure with its value in each step; `label` is what it is divided by, or empty."""

    measure: Measure
    label: str
    total: float = Field(description="Of the whole time; times are in seconds.")
    before: float | None = Field(
        description="Of the time before, which is as long; null if it wasn't watched."
    )
    values: tuple[float, ...] = Field(description="One for each step.")


class Unwatched(Record):
    """A time in which the dashboard didn't watch the server."""

    since: datetime
    until: datetime


class UsageReport(Record):
    """The usage of a time; a step lasts from one of `bounds` to the next."""

    bounds: tuple[datetime, ...]
    figures: tuple[Figure, ...]
    unwatched: tuple[Unwatched, ...]


@router.get("", dependencies=reads(Permission.HISTORY_READ))
async def get_usage(request: Request, store: StoreDep, asked: AskedDep) -> UsageReport:
    """Get the usage of a time up to now, or of whole days."""
    usage = await usage_of(request, store, asked)
    return UsageReport(
        bounds=tuple(usage.period.bounds),
        figures=tuple(
            _figure(usage, measure, label)
            for measure in Measure
            if measure is not Measure.DURATION
            for label in usage.labels(measure)
        ),
        unwatched=tuple(Unwatched(since=gap.since, until=gap.until) for gap in usage.gaps),
    )


def _figure(usage: Usage, measure: Measure, label: str) -> Figure:
    unit = MICRO if measure in TIMES else 1
    before = usage.earlier(measure, label)
    return Figure(
        measure=measure,
        label=label,
        total=usage.sum(measure, label) / unit,
        before=None if before is None else before / unit,
        values=tuple(value / unit for value in usage.steps(measure, label)),
    )
