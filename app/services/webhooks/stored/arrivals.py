"""How webhooks arrive, by what the store has of them: all instances together."""

from typing import Any

from sqlalchemy import RowMapping, Select, select, text

from app.services.webhooks.feed import (
    MOST_EVENTS,
    NEWEST,
    Arrival,
    Feed,
    delays,
    moment,
    newest_first,
)
from app.services.webhooks.intake import LIVEKIT, TEST
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import WEBHOOK_EVENTS
from app.store.store import Store

EVENTS = WEBHOOK_EVENTS.c
# The names that there are, one step through the index for each: counting would read all events.
NAMES = text(
    "WITH RECURSIVE names(event, number) AS ("
    "SELECT min(event), 1 FROM webhook_events WHERE server = :server UNION ALL "
    "SELECT (SELECT min(event) FROM webhook_events "
    "WHERE server = :server AND event > names.event), number + 1 "
    "FROM names WHERE names.event IS NOT NULL AND number < :most) SELECT event FROM names"
)
SHOWN = select(
    EVENTS.id,
    EVENTS.server,
    EVENTS.event,
    EVENTS.origin,
    EVENTS.created_at,
    EVENTS.received_at,
    EVENTS.duplicates,
    EVENTS.room,
)


async def feed(store: Store, server: str = DEFAULT_SERVER) -> Feed:
    """Return what was received of a server. Raises StoreError."""
    async with store.read() as connection:
        named = await connection.execute(NAMES, {"server": server, "most": MOST_EVENTS})
        names = [name for name in named.scalars() if name is not None]
        last = [
            (await connection.execute(_last(server, name))).mappings().one_or_none()
            for name in names
        ]
        # of all servers: with a condition, PostgreSQL expects few and sorts all
        newest = SHOWN.order_by(EVENTS.received_at.desc()).limit(NEWEST)
        rows = (await connection.execute(newest)).mappings().all()
    mine = [row for row in rows if row["server"] == server]
    counted = [_arrival(row) for row in mine if row["origin"] == LIVEKIT]
    tests = [row["received_at"] for row in mine if row["origin"] == TEST]
    return Feed(
        rows=newest_first(_arrival(row) for row in last if row is not None),
        counted=len(counted),
        duplicates=sum(each.duplicates for each in counted),
        delays=delays(counted),
        last_test=max(tests, default=None),
    )


async def was_received(store: Store, event_id: str, server: str = DEFAULT_SERVER) -> bool:
    """Return whether an event is in the store. Raises StoreError."""
    query = select(EVENTS.id).where(EVENTS.server == server, EVENTS.event_id == event_id)
    async with store.read() as connection:
        return (await connection.execute(query.limit(1))).scalar() is not None


def _last(server: str, event: str) -> Select[Any]:
    conditions = (EVENTS.server == server, EVENTS.event == event, EVENTS.origin == LIVEKIT)
    return SHOWN.where(*conditions).order_by(EVENTS.id.desc()).limit(1)


def _arrival(row: RowMapping) -> Arrival:
    return Arrival(
        row["event"],
        moment(row["created_at"]),
        row["received_at"],
        row["duplicates"],
        row["room"],
        row["id"],
    )
