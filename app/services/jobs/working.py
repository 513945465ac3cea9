"""What the engine writes of a job while it runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.audit.writing import storable
from app.services.jobs.ending import count_within, end_within
from app.services.jobs.jobs import Item
from app.services.jobs.listing import item_of
from app.services.jobs.log import add_line
from app.services.jobs.states import UNENDED, ItemStatus, JobStatus, LogLevel
from app.store.schema import BACKGROUND_JOBS, JOB_ITEMS
from app.store.store import Store


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one item."""

    number: int
    status: ItemStatus
    detail: str = ""


async def unended(store: Store, most: int = 500) -> Sequence[str]:
    """Return the IDs of jobs that wait or run, the oldest first. Raises StoreError."""
    rows = BACKGROUND_JOBS.c
    query = select(rows.id).where(rows.status.in_(UNENDED)).order_by(rows.created_at, rows.id)
    async with store.read() as connection:
        return list((await connection.execute(query.limit(most))).scalars())


async def begin(store: Store, job_id: str, executor: str) -> bool:
    """Write that a job runs; return False if it has ended. Raises StoreError."""
    rows = BACKGROUND_JOBS.c
    own = [rows.id == job_id, rows.status == JobStatus.WAITING]
    running = {"status": JobStatus.RUNNING, "started_at": datetime.now(UTC)}
    async with store.write() as connection:
        if (await connection.execute(update(BACKGROUND_JOBS).where(*own).values(running))).rowcount:
            await add_line(connection, job_id, f"Running in process {executor}.")
        status = select(rows.status).where(rows.id == job_id)
        return (await connection.execute(status)).scalar() == JobStatus.RUNNING


async def next_items(store: Store, job_id: str, most: int) -> Sequence[Item]:
    """Return the first items without a result. Raises StoreError."""
    rows = JOB_ITEMS.c
    own = [rows.job == job_id, rows.status == ItemStatus.WAITING]
    query = select(JOB_ITEMS).where(*own).order_by(rows.number).limit(most)
    async with store.read() as connection:
        return [item_of(row) for row in await connection.execute(query)]


async def write_results(
    store: Store, job_id: str, results: Sequence[Result], *, counted: bool
) -> bool:
    """Write what came of items, count them if asked to, and return whether the job continues.

    It doesn't if somebody has canceled it, or if it has ended: then nothing is written. Results
    that another process wrote stay. Raises StoreError.
    """
    rows = JOB_ITEMS.c
    own = [rows.job == job_id, rows.number == bindparam("own_number")]
    own.append(rows.status == ItemStatus.WAITING)
    changes = update(JOB_ITEMS).where(*own)
    changes = changes.values(
        status=bindparam("new_status"), detail=bindparam("new_detail"), at=bindparam("new_at")
    )
    async with store.write() as connection:
        if not await _locked(connection, job_id):
            return False
        if results:
            await connection.execute(changes, [_values(result) for result in results])
        if counted:
            await count_within(connection, job_id)
        return await _goes_on(connection, job_id)


async def _locked(connection: AsyncConnection, job_id: str) -> bool:
    """Let no other process end the job before this transaction does; False if it has ended."""
    rows = BACKGROUND_JOBS.c
    own = select(rows.id).where(rows.id == job_id, rows.status.in_(UNENDED))
    return (await connection.execute(own.with_for_update())).first() is not None


async def goes_on(store: Store, job_id: str) -> bool:
    """Return whether nobody has canceled the job. Raises StoreError."""
    async with store.read() as connection:
        return await _goes_on(connection, job_id)


async def _goes_on(connection: AsyncConnection, job_id: str) -> bool:
    rows = BACKGROUND_JOBS.c
    own = [rows.id == job_id, rows.status.in_(UNENDED), rows.cancel_asked_at.is_(None)]
    return (await connection.execute(select(rows.id).where(*own))).first() is not None


def _values(result: Result) -> dict[str, Any]:
    return {
        "own_number": result.number,
        "new_status": result.status,
        "new_detail": storable(result.detail),
        "new_at": datetime.now(UTC),
    }


async def write_line(store: Store, job_id: str, text: str, level: LogLevel = LogLevel.INFO) -> None:
    """Add a line to a job's log. Raises StoreError."""
    async with store.write() as connection:
        await add_line(connection, job_id, text, level)


async def note(store: Store, job_id: str, text: str) -> None:
    """Add a warning to the log of a job that may have been removed. Raises StoreError."""
    query = select(BACKGROUND_JOBS.c.id).where(BACKGROUND_JOBS.c.id == job_id)
    async with store.write() as connection:
        if (await connection.execute(query)).first() is not None:
            await add_line(connection, job_id, text, LogLevel.WARNING)


async def end(store: Store, job_id: str, error: str = "") -> bool:
    """End a job: canceled if somebody asked for it, failed with an error, or else by its items.

    Return whether this call ended it. Raises StoreError.
    """
    rows = BACKGROUND_JOBS.c
    query = select(rows.cancel_asked_at, rows.total).where(rows.id == job_id)
    left = select(JOB_ITEMS.c.number).where(
        JOB_ITEMS.c.job == job_id, JOB_ITEMS.c.status == ItemStatus.WAITING
    )
    async with store.write() as connection:
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            return False
        unfinished = (await connection.execute(left.limit(1))).first() is not None
        status = JobStatus.FAILED if error else None
        if row.cancel_asked_at is not None and unfinished:
            status, error = JobStatus.CANCELED, ""
        return await end_within(store, connection, job_id, status, error)
