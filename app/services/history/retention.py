"""Removes history that is older than it may be: whole months where they are, rows in batches."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, delete, func, select

from app.services.history.rows import changed
from app.services.recordings.states import OUT_OF_REACH
from app.store.partitions import AHEAD, add_months, add_near_months, drop_before, months_of_default
from app.store.schema import (
    CALLS,
    CONNECTIONS,
    COVERAGE,
    EGRESS_JOBS,
    INGRESS_RUNS,
    RECORDINGS,
    REPAIRS,
    SESSIONS,
    TRACKS,
    WEBHOOK_EVENTS,
)
from app.store.store import Store

BATCH = 500  # rows in one transaction
EVENTS, SESSIONS_KIND, CALLS_KIND = KINDS = ("events", "sessions", "calls")
# The tables of each kind; sessions take what was in them along.
MONTHS = {
    EVENTS: ("webhook_events",),
    SESSIONS_KIND: ("connections", "tracks", "sessions"),
    CALLS_KIND: ("calls",),
}


async def prepare_months(store: Store, since: datetime, now: datetime) -> None:
    """Make the months ahead, and those of rows that came before theirs was made."""

    def prepare(connection: Connection) -> None:
        add_near_months(connection, now)
        for month in months_of_default(connection, since, now + AHEAD):
            add_months(connection, month, month)

    await changed(store, prepare)


async def drop_months(store: Store, kind: str, before: datetime) -> Sequence[str]:
    """Drop the months of a kind that are over before a moment; return their names."""

    def drop(connection: Connection) -> list[str]:
        return [name for table in MONTHS[kind] for name in drop_before(connection, table, before)]

    return await changed(store, drop)


async def remove_some(store: Store, kind: str, before: datetime) -> Counter[str]:
    """Remove a batch of the oldest rows of a kind; return how many, by table. Raises StoreError."""
    return await changed(store, partial(REMOVE[kind], before=before))


def _events(connection: Connection, before: datetime) -> Counter[str]:
    events = WEBHOOK_EVENTS.c
    some = select(events.id).where(events.received_at < before).order_by(events.received_at)
    ids = list(connection.execute(some.limit(BATCH)).scalars())
    removed = Counter({"webhook_events": _removed(connection, WEBHOOK_EVENTS, events.id.in_(ids))})
    if not ids:
        removed["repairs"] = _removed(connection, REPAIRS, REPAIRS.c.at < before)
    return removed


def _sessions(connection: Connection, before: datetime) -> Counter[str]:
    removed: Counter[str] = Counter()
    for table, moment, key in (
        (CONNECTIONS, "joined_at", "sid"),
        (SESSIONS, "started_at", "sid"),
        (EGRESS_JOBS, "started_at", "egress_id"),
        (INGRESS_RUNS, "started_at", "ingress_id"),
    ):
        for server in _servers(connection, table):
            oldest = _oldest(table, table.c[key], server, table.c[moment], before)
            keys = list(connection.execute(oldest).scalars())
            mine = table.c.server == server
            if table is CONNECTIONS:
                tracks = TRACKS.c.server == server, TRACKS.c.participant_sid.in_(keys)
                removed["tracks"] += _removed(connection, TRACKS, *tracks)
            old = table.c[moment] < before
            removed[table.name] += _removed(connection, table, mine, table.c[key].in_(keys), old)
    for server in _servers(connection, RECORDINGS):
        removed["recordings"] += _forget_recordings(connection, server, before)
    if not removed.total():
        removed["coverage"] = _removed(connection, COVERAGE, COVERAGE.c.until_at < before)
    return removed


def _forget_recordings(connection: Connection, server: str, before: datetime) -> int:
    """Remove rows of recordings whose file is gone, or was never in reach; the others stay."""
    rows = RECORDINGS.c
    mine = rows.server == server, rows.state.in_(map(str, OUT_OF_REACH))
    old = select(rows.id).where(*mine, rows.started_at < before).order_by(rows.started_at)
    ids = list(connection.execute(old.limit(BATCH)).scalars())
    return _removed(connection, RECORDINGS, *mine, rows.id.in_(ids))


def _calls(connection: Connection, before: datetime) -> Counter[str]:
    removed: Counter[str] = Counter()
    for server in _servers(connection, CALLS):
        oldest = _oldest(CALLS, CALLS.c.call_id, server, CALLS.c.started_at, before)
        ids = list(connection.execute(oldest).scalars())
        mine = CALLS.c.server == server, CALLS.c.call_id.in_(ids)
        removed["calls"] += _removed(connection, CALLS, *mine)
    return removed


def _oldest(
    table: Table, key: Column[Any], server: str, moment: Column[Any], before: datetime
) -> Select[Any]:
    """Select the oldest rows of a server, in the order of an index."""
    old = select(key).where(table.c.server == server, moment < before)
    return old.order_by(moment).limit(BATCH)


def _servers(connection: Connection, table: Table) -> list[str]:
    """Return the servers that a table has rows of, each found by an index."""
    servers: list[str] = []
    last = ""
    while True:
        following = select(func.min(table.c.server)).where(table.c.server > last)
        last = connection.execute(following).scalar() or ""
        if not last:
            return servers
        servers.append(last)


def _removed(connection: Connection, table: Table, *conditions: Any) -> int:
    return connection.execute(delete(table).where(*conditions)).rowcount


REMOVE = {EVENTS: _events, SESSIONS_KIND: _sessions, CALLS_KIND: _calls}
