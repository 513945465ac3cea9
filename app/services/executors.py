"""The processes that run jobs: their heartbeats, and which of them are gone."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, insert, select, update

from app.store.schema import EXECUTORS
from app.store.store import Store

EVERY = 5.0  # seconds between two heartbeats
GONE = timedelta(seconds=30)  # without a heartbeat


async def beat(store: Store, executor: str) -> None:
    """Write that a process lives. Raises StoreError."""
    now = datetime.now(UTC)
    async with store.write() as connection:
        mine = update(EXECUTORS).where(EXECUTORS.c.id == executor)
        if not (await connection.execute(mine.values(seen_at=now))).rowcount:
            row = {"id": executor, "started_at": now, "seen_at": now}
            await connection.execute(insert(EXECUTORS).values(row))


async def living(store: Store) -> set[str]:
    """Return the processes that live, and forget the others. Raises StoreError."""
    gone = EXECUTORS.c.seen_at < datetime.now(UTC) - GONE
    async with store.write() as connection:
        await connection.execute(delete(EXECUTORS).where(gone))
        return set((await connection.execute(select(EXECUTORS.c.id))).scalars())


async def any_alive(store: Store) -> bool:
    """Return whether a process runs jobs. Raises StoreError."""
    alive = select(EXECUTORS.c.id).where(EXECUTORS.c.seen_at >= datetime.now(UTC) - GONE).limit(1)
    async with store.read() as connection:
        return (await connection.execute(alive)).first() is not None


async def number_alive(store: Store) -> int:
    """Return how many processes run jobs. Raises StoreError."""
    alive = select(func.count()).where(EXECUTORS.c.seen_at >= datetime.now(UTC) - GONE)
    async with store.read() as connection:
        return int((await connection.execute(alive)).scalar_one())


async def ended(store: Store, executor: str) -> None:
    """Write that a process has ended in order. Raises StoreError."""
    async with store.write() as connection:
        await connection.execute(delete(EXECUTORS).where(EXECUTORS.c.id == executor))
