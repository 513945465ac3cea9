"""The webhooks in the store as a list, newest first, paged by their number (keyset)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    RowMapping,
    func,
    literal,
    select,
    union,
)

from app.errors import NotFound
from app.services.audit.writing import storable
from app.services.webhooks.feed import moment
from app.services.webhooks.intake import TEST
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import WEBHOOK_EVENTS
from app.store.store import Store

BATCH = 500  # of an export; a body has up to 1 MiB
EVENTS = WEBHOOK_EVENTS.c
LISTED = [column for column in EVENTS if column.name not in {"body", "projected"}]
SKEW = timedelta(minutes=5)  # more than clocks of instances should differ


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """An event as it is in the store; `created_at` is None if the event doesn't say.

    `body` is what LiveKit sent, with its secrets; a list leaves it empty.
    """

    id: int
    server: str
    event_id: str
    event: str
    is_test: bool
    created_at: datetime | None
    received_at: datetime
    room: str
    room_sid: str
    identity: str
    resource: str
    duplicates: int
    body: str = ""

    @property
    def delay(self) -> timedelta | None:
        """Return how long it took to come; None if the event doesn't say."""
        return self.received_at - self.created_at if self.created_at else None


@dataclass(frozen=True, slots=True)
class WantedEvents:
    """Which events are listed; what is empty does not restrict them.

    `q` is the ID of an event, or the SID or ID of what it is about.
    """

    q: str = ""
    event: str = ""
    room: str = ""
    identity: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventPage:
    """One page of events, and the numbers that continue it; None at either end."""

    rows: list[KeptEvent]
    older: int | None = None
    newer: int | None = None


async def page(
    store: Store,
    wanted: WantedEvents,
    size: int,
    before: int | None = None,
    after: int | None = None,
    *,
    bodies: bool = False,
) -> EventPage:
    """Return the events before a number, after one, or the newest ones. Raises StoreError."""
    query = select(*LISTED, *([EVENTS.body] if bodies else [])).where(*_conditions(wanted))
    if after is not None:
        query = query.where(EVENTS.id > after).order_by(EVENTS.id)
    else:
        query = query.order_by(EVENTS.id.desc())
        query = query.where(EVENTS.id < before) if before is not None else query
    async with store.read() as connection:
        found = (await connection.execute(query.limit(size + 1))).mappings().all()
    more, shown = len(found) > size, [_event(row) for row in found[:size]]
    shown.sort(key=lambda event: -event.id)
    if not shown:
        return EventPage([])
    older = more if after is None else True
    newer = more if after is not None else before is not None
    return EventPage(shown, shown[-1].id if older else None, shown[0].id if newer else None)


async def every(store: Store, wanted: WantedEvents) -> AsyncIterator[KeptEvent]:
    """Yield all events with their bodies, newest first, a part at a time. Raises StoreError."""
    before: int | None = None
    while True:
        found = await page(store, wanted, BATCH, before, bodies=True)
        for event in found.rows:
            yield event
        before = found.older
        if before is None:
            return


async def one(store: Store, number: int) -> KeptEvent:
    """Return an event. Raises NotFound, StoreError."""
    async with store.read() as connection:
        query = select(WEBHOOK_EVENTS).where(EVENTS.id == number)
        row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise NotFound(f"No webhook {number} is stored. Old ones are removed.")
    return _event(row)


def _conditions(wanted: WantedEvents) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_of_server(wanted)]
    if wanted.event:
        found.append(EVENTS.event == storable(wanted.event))
    if wanted.room:  # said twice, so that SQLite may use the index of the events with a room
        found += [
            EVENTS.room == storable(wanted.room),
            EVENTS.room != literal("", literal_execute=True),
        ]
    if wanted.identity:
        found += [
            EVENTS.identity == storable(wanted.identity),
            EVENTS.identity != literal("", literal_execute=True),
        ]
    if wanted.q:
        found.append(EVENTS.id.in_(_named(storable(wanted.q))))
    if wanted.since:
        found += [EVENTS.received_at >= wanted.since, EVENTS.id >= _first(wanted.since - SKEW)]
    if wanted.until:
        found += [EVENTS.received_at < wanted.until, EVENTS.id <= _last_until(wanted.until + SKEW)]
    return found


def _of_server(wanted: WantedEvents) -> ColumnElement[bool]:
    """Return the condition of the server, which an index begins with if it has what is asked."""
    if wanted.event or wanted.room or wanted.identity:
        return EVENTS.server == DEFAULT_SERVER
    return is_of(DEFAULT_SERVER)


def is_of(server: str) -> ColumnElement[bool]:
    """Return the condition of a server for lists in an order that another index has.

    Nearly all events are of it, and a database would read and sort all those of an index that
    begins with the server.
    """
    return func.coalesce(EVENTS.server, "") == server


def _named(sought: str) -> CompoundSelect[Any]:
    """Select the events that a text is the ID, SID or subject of: each has an index."""
    ids = (EVENTS.event_id, EVENTS.room_sid, EVENTS.resource)
    mine = EVENTS.server == DEFAULT_SERVER
    return union(*(select(EVENTS.id).where(mine, column == sought) for column in ids))


def _first(moment: datetime) -> ColumnElement[int]:
    """Select the number of the first event since a moment: numbers rise with time.

    With such a bound the index of the order ends the search. If nothing came since, no number
    matches.
    """
    query = select(EVENTS.id).where(is_of(DEFAULT_SERVER), EVENTS.received_at >= moment)
    query = query.order_by(EVENTS.received_at)
    return func.coalesce(query.limit(1).scalar_subquery(), 2**62)


def _last_until(moment: datetime) -> ColumnElement[int]:
    """Select the number of the last event until a moment; 0 if nothing came before."""
    query = select(EVENTS.id).where(is_of(DEFAULT_SERVER), EVENTS.received_at <= moment)
    query = query.order_by(EVENTS.received_at.desc())
    return func.coalesce(query.limit(1).scalar_subquery(), 0)


def _event(row: RowMapping) -> KeptEvent:
    return KeptEvent(
        id=row["id"],
        server=row["server"],
        event_id=row["event_id"],
        event=row["event"],
        is_test=row["origin"] == TEST,
        created_at=moment(row["created_at"]),
        received_at=row["received_at"],
        room=row["room"],
        room_sid=row["room_sid"],
        identity=row["identity"],
        resource=row["resource"],
        duplicates=row["duplicates"],
        body=row.get("body", ""),
    )
