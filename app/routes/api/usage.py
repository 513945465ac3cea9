"""/api/v1/usage: how much happened in a time, as on the page."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field

from app.routes.history.shared import check_room
from app.routes.usage.asking import DEFAULT
from app.security.roles import Permission
from app.services.usage.measures import MICRO, TIMES, Measure
from app.services.usage.periods import Range, of_moments
from app.services.usage.reading import Usage, read
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.web.api.access import api_router, reads
from app.web.api.history import Moment
from app.web.api.listing import Record
from app.web.deps import StoreDep, UserDep

router = api_router("/usage", "History")


Rooms = Annotated[
    str,
    Query(
        max_length=256,
        description="A room, or a pattern in which `*` stands for anything. One with digits needs "
        "personal.read.",
    ),
]
Span = Annotated[Range, Query(description="How long a time, if `since` doesn't say it.")]
Since = Annotated[
    Moment | None,
    Query(description="From this hour on; at most thirteen months before the end."),
]
Until = Annotated[Moment | None, Query(description="Before this moment; else, and at most, now.")]


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
async def get_usage(
    store: StoreDep,
    user: UserDep,
    span: Span = DEFAULT,
    since: Since = None,
    until: Until = None,
    room: Rooms = "",
) -> UsageReport:
    """Get the usage of a time; `bounds` say which."""
    check_room(user, room)
    now = datetime.now(UTC)
    period = of_moments(since, until, span, now)
    usage = await read(store, DEFAULT_SERVER, period, now, room.strip())
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
