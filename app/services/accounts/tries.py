"""Tries to sign in, counted by address and by name, by all instances together."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.store.schema import TRIES
from app.store.store import Store

WINDOW = timedelta(minutes=1)
LOCK = "tries"


@dataclass(frozen=True, slots=True)
class Try:
    """A try that was counted, or why it may not be made: the seconds to wait."""

    rows: tuple[int, ...] = ()
    wait: float = 0.0


def key(kind: str, name: str) -> str:
    """Return what a try is counted under; its size doesn't depend on what was typed."""
    return hashlib.sha256(f"{kind}\0{name}".encode("utf-8", "replace")).hexdigest()


async def begin(store: Store, limits: Mapping[str, int], window: timedelta = WINDOW) -> Try:
    """Count a try before it is made, so that parallel ones can't pass; `limits` is by key.

    It counts for as long as `window`, which has to be the same for all tries of a key. Returns the
    seconds to wait in place of a try if a limit is reached. Raises StoreError.
    """
    now = datetime.now(UTC)
    counts_from = now + (window - WINDOW)  # rows are deleted a minute after their time
    recent = (
        select(TRIES.c.key, func.count(), func.min(TRIES.c.at))
        .where(TRIES.c.key.in_(limits), TRIES.c.at > now - WINDOW)
        .group_by(TRIES.c.key)
    )
    added = insert(TRIES).returning(TRIES.c.id)

    async def left(connection: AsyncConnection) -> float:
        counts = (await connection.execute(recent)).all()
        full = (oldest + WINDOW - now for name, tries, oldest in counts if tries >= limits[name])
        return max((wait.total_seconds() for wait in full), default=0.0)

    async with store.read() as connection:  # a flood of tries must not keep others from writing
        if (wait := await left(connection)) > 0:
            return Try(wait=wait)
    async with store.write() as connection:
        await connection.run_sync(store.dialect.lock_rows_of, LOCK)
        await connection.execute(delete(TRIES).where(TRIES.c.at <= now - WINDOW))
        if (wait := await left(connection)) > 0:
            return Try(wait=wait)
        rows = await connection.execute(
            added, [{"key": name, "at": counts_from} for name in limits]
        )
        return Try(tuple(rows.scalars()))


async def forget(store: Store, made: Try) -> None:
    """Don't count a try after all: it was right. Raises StoreError."""
    async with store.write() as connection:
        await connection.execute(delete(TRIES).where(TRIES.c.id.in_(made.rows)))


async def once(store: Store, name: str, until: datetime) -> bool:
    """Return whether this is the first time for something good only once, such as a challenge.

    All instances together remember it until a minute after `until`. Raises StoreError.
    """
    async with store.write() as connection:
        await connection.run_sync(store.dialect.lock_rows_of, LOCK)
        used = await connection.execute(select(TRIES.c.id).where(TRIES.c.key == name))
        if used.first():
            return False
        await connection.execute(insert(TRIES).values(key=name, at=until))
    return True
