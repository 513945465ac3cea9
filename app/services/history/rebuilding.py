"""History again from all webhooks that are kept: `livekit-dashboard history rebuild`.

Recordings are made again from the egress jobs in history, which are kept for longer than webhooks.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, and_, delete, func, not_, or_, select, tuple_, update

from app.services.history.projecting.projector import project, waiting
from app.services.history.rows import FIRST, changed
from app.services.recordings.rows import save_recordings
from app.services.webhooks.intake import LIVEKIT
from app.services.webhooks.receiving import EPOCH
from app.store.schema import CONNECTIONS, EGRESS_JOBS, SESSIONS, TRACKS, WEBHOOK_EVENTS
from app.store.store import Store

BATCH = 2000  # rows in one transaction
JOBS = 200  # egress jobs in one transaction: their rows are large
# What only LiveKit's lists have shown stays: no event says it again.
DERIVED = (
    (SESSIONS, SESSIONS.c.started_inferred, SESSIONS.c.ended_inferred),
    (CONNECTIONS, CONNECTIONS.c.joined_inferred, CONNECTIONS.c.left_inferred),
    (TRACKS, TRACKS.c.published_inferred, TRACKS.c.unpublished_inferred),
)


async def rebuild(store: Store, progress: Callable[[int], None] = lambda _: None) -> int:
    """Remove what events say of history, project them again, and return how many there were.

    History older than the oldest event is kept, and so is what was inferred. If it is interrupted,
    it must be run again: rows may be missing until then. Raises StoreError.
    """
    oldest = await _oldest(store)
    if oldest is None:
        await find_recordings(store)
        return 0
    while await changed(store, partial(_remove, oldest=oldest)):
        pass
    last = 0
    while (number := await changed(store, partial(_mark, last=last))) is not None:
        last = number
    projected = 0
    while events := await waiting(store):
        await project(store, events)
        projected += len(events)
        progress(projected)
    await find_recordings(store)
    return projected


async def find_recordings(store: Store) -> None:
    """Make the recordings of all egress jobs in history. Raises StoreError."""
    last: tuple[str, str] | None = ("", "")
    while last is not None:
        last = await changed(store, partial(_record, last=last))


def _record(connection: Connection, last: tuple[str, str]) -> tuple[str, str] | None:
    """Make the recordings of some jobs after `last`; return the last job, or None."""
    jobs = EGRESS_JOBS.c
    query = select(EGRESS_JOBS).where(tuple_(jobs.server, jobs.egress_id) > tuple_(*last))
    some = query.order_by(jobs.server, jobs.egress_id).limit(JOBS)
    rows = list(map(dict, connection.execute(some).mappings()))
    save_recordings(connection, rows, datetime.now(UTC))
    return (rows[-1]["server"], rows[-1]["egress_id"]) if rows else None


async def _oldest(store: Store) -> datetime | None:
    events = WEBHOOK_EVENTS.c
    mine = and_(events.origin == LIVEKIT, events.created_at > EPOCH)
    async with store.read() as connection:
        query = select(func.min(events.created_at)).where(mine)
        oldest: datetime | None = (await connection.execute(query)).scalar()
    return oldest


def _remove(connection: Connection, oldest: datetime) -> int:
    """Remove some rows that events make again, and return how many."""
    removed = 0
    for table, start, end in DERIVED:
        again = and_(table.c[FIRST[table.name]] >= oldest, not_(or_(start, end)))
        some = select(table.c.server, table.c.sid).where(again).limit(BATCH)
        rows = connection.execute(some).all()
        for server in {row.server for row in rows}:
            sids = [row.sid for row in rows if row.server == server]
            gone: Any = delete(table).where(table.c.server == server, table.c.sid.in_(sids), again)
            removed += connection.execute(gone).rowcount
    return removed


def _mark(connection: Connection, last: int) -> int | None:
    """Mark some events after the row `last` as not projected; return the last row, or None."""
    events = WEBHOOK_EVENTS.c
    some = select(events.id).where(events.id > last).order_by(events.id).limit(BATCH)
    ids: list[int] = list(connection.execute(some).scalars())
    if not ids:
        return None
    mine = and_(events.id > last, events.id <= ids[-1], events.origin == LIVEKIT)
    connection.execute(update(WEBHOOK_EVENTS).where(mine).values(projected=False, problem=None))
    return ids[-1]
