"""Removes jobs that ended long ago, with their items and logs."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select

from app.store.schema import BACKGROUND_JOBS
from app.store.store import Store

KEPT = timedelta(days=30)
TOGETHER = 20  # jobs of one transaction; each may have thousands of items


async def remove_some(store: Store, now: datetime | None = None) -> int:
    """Remove some jobs that ended more than 30 days ago; return how many. Raises StoreError."""
    rows = BACKGROUND_JOBS.c
    old = select(rows.id).where(rows.ended_at < (now or datetime.now(UTC)) - KEPT).limit(TOGETHER)
    async with store.write() as connection:
        ids = list((await connection.execute(old)).scalars())
        if ids:
            await connection.execute(delete(BACKGROUND_JOBS).where(rows.id.in_(ids)))
    return len(ids)
