"""Deletes conversations, and recordings, of which nothing was heard for longer than they are kept.

The moment is that of the newest upload, by the dashboard's own clock: an agent's may be wrong.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, and_, select, text, update

from app.live.hub import Hub
from app.services.conversations.deleting.deleting import delete_some, publish
from app.services.conversations.deleting.unwanted import note
from app.store.dialects import Dialect
from app.store.schema import CONVERSATIONS
from app.store.store import Store

ROWS = CONVERSATIONS.c
TOGETHER = 100  # recordings of one transaction
RECORDED = text("recording <> ''")  # as the partial index says it


async def delete_old(store: Store, hub: Hub, before: datetime) -> int:
    """Delete a batch of conversations; return how many, 0 if that was all. Raises StoreError."""
    return len(await delete_some(store, hub, ROWS.heard_at < before))


async def delete_old_recordings(store: Store, hub: Hub, before: datetime) -> int:
    """Delete a batch of recordings, and keep their conversations. Raises StoreError.

    Returns how many, 0 if that was all.
    """
    async with store.write() as connection:
        jobs = await connection.run_sync(_delete_recordings, store.dialect, before)
    publish(hub, jobs)
    return len(jobs)


def _delete_recordings(connection: Connection, dialect: Dialect, before: datetime) -> list[str]:
    old = select(ROWS.server, ROWS.job, ROWS.recording).where(RECORDED, ROWS.heard_at < before)
    old = old.order_by(ROWS.heard_at).limit(TOGETHER)
    now = datetime.now(UTC)
    jobs, paths = [], []
    for row in sorted(connection.execute(old).all()):  # locked in the order of uploads
        same = and_(ROWS.server == row.server, ROWS.job == row.job, ROWS.recording == row.recording)
        gone = update(CONVERSATIONS).where(same)
        values = {"recording": "", "waveform": "", "recording_deleted_at": now}
        if connection.execute(gone.values(**values)).rowcount:
            jobs.append(row.job)
            paths.append(row.recording)
    note(connection, dialect, paths, now)
    return jobs


# What is kept for its own number of days: conversations take their recordings along.
KINDS: dict[str, Callable[[Store, Hub, datetime], Awaitable[int]]] = {
    "conversations": delete_old,
    "recordings": delete_old_recordings,
}
