"""What an ended job left, and the job that does the rest."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.jobs.jobs import Item, Job
from app.services.jobs.listing import item_of
from app.services.jobs.states import ItemStatus
from app.store.schema import BACKGROUND_JOBS, JOB_ITEMS
from app.store.store import Store


async def left_of(store: Store, job: Job) -> Sequence[Item]:
    """Return the items that aren't done, in their order. Raises StoreError."""
    rows = JOB_ITEMS.c
    left = [rows.job == job.id, rows.status != ItemStatus.DONE]
    query = select(JOB_ITEMS).where(*left).order_by(rows.number)
    async with store.read() as connection:
        return [item_of(row) for row in await connection.execute(query)]


async def successor(store: Store, job: Job) -> str:
    """Return the ID of the job that does the rest of another one, or "". Raises StoreError."""
    async with store.read() as connection:
        return await _successor(connection, job)


async def successor_within(connection: AsyncConnection, job: Job) -> str:
    """Return the same in a transaction, in which nobody else can start one."""
    own = select(BACKGROUND_JOBS.c.id).where(BACKGROUND_JOBS.c.id == job.id)
    await connection.execute(own.with_for_update())
    return await _successor(connection, job)


async def _successor(connection: AsyncConnection, job: Job) -> str:
    """Search the jobs since then: there are those of 30 days at most."""
    rows = BACKGROUND_JOBS.c
    later = [rows.created_at >= job.created_at, rows.again_of == job.id]
    found = await connection.execute(select(rows.id).where(*later).limit(1))
    return found.scalar() or ""
