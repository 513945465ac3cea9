"""Cancels jobs, and starts others for what they left."""

import secrets
from datetime import UTC, datetime

from sqlalchemy import select, update

from app.errors import Conflict
from app.services.audit.writing import storable
from app.services.jobs.again import successor_within
from app.services.jobs.ending import end_within
from app.services.jobs.jobs import Job, get
from app.services.jobs.kinds import JobKind
from app.services.jobs.log import add_line
from app.services.jobs.queue import Queue
from app.services.jobs.starting import By, NewItem, NewJob, insert_job
from app.services.jobs.states import UNENDED, ItemStatus, JobStatus
from app.store.schema import BACKGROUND_JOBS, JOB_ITEMS
from app.store.store import Store


async def cancel(store: Store, queue: Queue, job_id: str, by: By) -> Job:
    """Cancel a job: one that waits ends immediately, one that runs after the items in progress.

    Raises NotFound, Conflict if it has ended or is being canceled, or StoreError.
    """
    await get(store, job_id)
    rows = BACKGROUND_JOBS.c
    asked = {"cancel_asked_at": datetime.now(UTC), "canceled_by": storable(by.actor)[:200]}
    own = [rows.id == job_id, rows.status.in_(UNENDED), rows.cancel_asked_at.is_(None)]
    async with store.write() as connection:
        changed = update(BACKGROUND_JOBS).where(*own).values(asked).returning(rows.status)
        status = (await connection.execute(changed)).scalar()
        if status is None:
            raise Conflict("The job has ended already, or is being canceled.")
        await add_line(connection, job_id, f"Canceled by {by.actor}.")
        if status == JobStatus.WAITING:
            await end_within(store, connection, job_id, JobStatus.CANCELED)
    queue.changed(job_id)
    return await get(store, job_id)


async def again(store: Store, queue: Queue, job_id: str, by: By) -> Job:
    """Start another job with the items of an ended one that are not done.

    Raises NotFound, Conflict if it hasn't ended, nothing is left, or another one does the rest
    already, or StoreError.
    """
    job = await get(store, job_id)
    if not job.repeatable or not isinstance(job.kind, JobKind):
        raise Conflict("The job hasn't ended yet, or nothing of it is left to do.")
    rows = JOB_ITEMS.c
    left = [rows.job == job_id, rows.status != ItemStatus.DONE]
    query = select(rows.key, rows.label).where(*left).order_by(rows.number)
    made = secrets.token_hex(16)
    async with store.write() as connection:
        if await successor_within(connection, job):
            raise Conflict("Another job does the rest of this one already.")
        items = [NewItem(row.key, row.label) for row in await connection.execute(query)]
        new = NewJob(job.kind, items, by, job.target, job.inputs, job.id, job.server)
        await insert_job(connection, made, new)
    queue.changed(made)
    return await get(store, made)
