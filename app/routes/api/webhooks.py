"""/api/v1/webhooks: how webhooks arrive, and those that are stored."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Query
from pydantic import BeforeValidator, Field

from app.security.roles import Permission
from app.services.webhooks.feed import Arrival
from app.services.webhooks.refusals import Refused
from app.services.webhooks.stored import arrivals, kept, refused, repaired
from app.services.webhooks.stored.kept import WantedEvents
from app.web.api.access import api_router, reads
from app.web.api.listing import AskedDep, Page, Record, Seconds, encoded
from app.web.deps import StoreDep, UserDep

router = api_router("/webhooks", "Webhooks")
RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def _moment(value: object) -> object:
    """Return a text that is a moment; pydantic would also take numbers and times of no zone."""
    if isinstance(value, str) and not RFC_3339.fullmatch(value):
        raise ValueError("Use a date and time with its zone, such as 2026-01-31T12:00:00Z.")
    return value


Moment = Annotated[
    datetime, BeforeValidator(_moment), Query(description="such as 2026-01-31T12:00:00Z")
]
Name = Annotated[str, Query(max_length=512)]
Search = Annotated[
    str, Query(max_length=200, description="an event's ID, or the SID or ID of what it is about")
]


class LastEvent(Record):
    """The last webhook of an event; `delay` is null if the event has no time."""

    event: str
    created_at: datetime | None
    received_at: datetime
    delay: Seconds | None
    duplicates: int
    room: str


class Refusals(Record):
    """Webhooks that were refused for the same reason, with the same API key and address."""

    reason: str
    issuer: str = Field(description="The API key that the token names.")
    address: str
    first_at: datetime
    last_at: datetime
    times: int


class Repairs(Record):
    """What no webhook had reported: how often the start or end of a kind of thing was missed."""

    kind: str
    opened: int
    closed: int
    reopened: int = Field(description="It had not ended after all.")
    last_at: datetime


class FeedReport(Record):
    """How LiveKit's webhooks arrive."""

    last_at: datetime | None
    events: tuple[LastEvent, ...] = Field(description="The last of each event.")
    never: tuple[str, ...] = Field(description="Events that LiveKit can send and that didn't come.")
    counted: int = Field(description="The newest events, which the next fields are about.")
    duplicates: int
    median_delay: Seconds | None
    longest_delay: Seconds | None
    refused: tuple[Refusals, ...]
    repaired: tuple[Repairs, ...] = Field(description="Repaired in history in the last 7 days.")


class StoredEvent(Record):
    """A webhook; `identity` is null for those who may not read personal data."""

    id: int
    server: str
    event_id: str
    event: str
    is_test: bool
    created_at: datetime | None
    received_at: datetime
    delay: Seconds | None
    room: str
    room_sid: str
    identity: str | None
    resource: str = Field(description="The SID or ID of what it is about.")
    duplicates: int


async def _wanted(
    event: Name = "",
    room: Name = "",
    identity: Name = "",
    since: Moment | None = None,
    until: Moment | None = None,
    q: Search = "",
) -> WantedEvents:
    """Read the filters from the query."""
    return WantedEvents(q.strip(), event, room, identity, since, until)


WantedDep = Annotated[WantedEvents, Depends(_wanted)]


@router.get("/feed", dependencies=reads(Permission.SERVER_READ))
async def get_webhook_feed(store: StoreDep) -> FeedReport:
    """Get how webhooks arrive: the last of each event, delays, duplicates, and refusals."""
    feed = await arrivals.feed(store)
    return FeedReport(
        last_at=feed.last_at,
        events=_last(feed.rows),
        never=tuple(feed.never),
        counted=feed.counted,
        duplicates=feed.duplicates,
        median_delay=feed.delays.median if feed.delays else None,
        longest_delay=feed.delays.longest if feed.delays else None,
        refused=_refused(await refused.newest_first(store)),
        repaired=tuple(map(Repairs.model_validate, await repaired.lately(store))),
    )


@router.get("/events", dependencies=reads(Permission.HISTORY_READ))
async def list_webhook_events(
    store: StoreDep, user: UserDep, asked: AskedDep, wanted: WantedDep
) -> Page[StoredEvent]:
    """List the webhooks that are stored, newest first, without their content.

    Without the permission for personal data, `identity` does not restrict them.
    """
    personal = user.can(Permission.PERSONAL_READ)
    wanted = wanted if personal else replace(wanted, identity="")
    found = await kept.page(store, wanted, asked.limit, asked.number)
    items = [StoredEvent.model_validate(event) for event in found.rows]
    if not personal:
        items = [item.model_copy(update={"identity": None}) for item in items]
    older = found.older
    return Page[StoredEvent](items=items, next=None if older is None else encoded((older,)))


def _last(rows: Sequence[Arrival]) -> tuple[LastEvent, ...]:
    return tuple(LastEvent.model_validate(row) for row in rows)


def _refused(kinds: Sequence[Refused]) -> tuple[Refusals, ...]:
    return tuple(Refusals.model_validate(each) for each in kinds)
