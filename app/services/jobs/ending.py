"""Ends jobs: what is left is skipped, and the audit gets the outcome with that of each item."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.audit.rows import AuditRow
from app.services.audit.states import Outcome
from app.services.audit.writing import add_within
from app.services.jobs.jobs import Job, job_of
from app.services.jobs.kinds import JobKind
from app.services.jobs.log import add_line
from app.services.jobs.states import UNENDED, ItemStatus, JobStatus, LogLevel
from app.store.schema import BACKGROUND_JOBS, JOB_ITEMS
from app.store.store import Store

MOST_NAMED = 1_000  # items in an entry of the audit; the job has all of them
OUTCOMES = {
    JobStatus.DONE: Outcome.DONE,
    JobStatus.FAILED: Outcome.FAILED,
    JobStatus.CANCELED: Outcome.INTERRUPTED,
}
# What the audit calls the items of a job, by which column it names them, and a good result: as it
# does for shorter actions.
NAMED = {
    JobKind.DELETE_ROOMS: ("rooms", "label", "deleted"),
    JobKind.REMOVE_PARTICIPANTS: ("participants", "label", "removed"),
    JobKind.STOP_EGRESS: ("jobs", "key", "stopping"),
    JobKind.DELETE_INGRESS: ("ingresses", "key", "deleted"),
}
TARGETS = {JobKind.REMOVE_PARTICIPANTS: "room"}


async def count_within(connection: AsyncConnection, job_id: str) -> Mapping[str, int]:
    """Count the items of a job again, and return how many have each status."""
    items = JOB_ITEMS.c
    query = select(items.status, func.count()).where(items.job == job_id).group_by(items.status)
    numbers = {str(status): int(count) for status, count in await connection.execute(query)}
    counted = {
        status.value: numbers.get(status, 0)
        for status in (ItemStatus.DONE, ItemStatus.FAILED, ItemStatus.SKIPPED)
    }
    own = BACKGROUND_JOBS.c.id == job_id
    await connection.execute(update(BACKGROUND_JOBS).where(own).values(counted))
    return numbers


async def end_within(
    store: Store,
    connection: AsyncConnection,
    job_id: str,
    status: JobStatus | None = None,
    error: str = "",
) -> bool:
    """End a job unless it has ended; return whether this call ended it.

    Without a `status` it is done, or failed if an item is. What has no result is skipped.
    """
    rows = BACKGROUND_JOBS.c
    own = [rows.id == job_id, rows.status.in_(UNENDED)]
    lock = update(BACKGROUND_JOBS).where(*own).values(ended_at=datetime.now(UTC)).returning(rows.id)
    if (await connection.execute(lock)).scalar() is None:
        return False
    await _skip_rest(connection, job_id, _reason(status, error))
    numbers = await count_within(connection, job_id)
    failed = numbers.get(ItemStatus.FAILED, 0)
    final = status or (JobStatus.FAILED if failed else JobStatus.DONE)
    values = {"status": final, "error": error}
    ended = update(BACKGROUND_JOBS).where(rows.id == job_id).values(values).returning(*rows)
    job = job_of((await connection.execute(ended)).one())
    text, level = _last_line(job)
    await add_line(connection, job_id, text, level)
    await add_within(store, connection, await _entry(connection, job))
    return True


async def _skip_rest(connection: AsyncConnection, job_id: str, reason: str) -> None:
    rows = JOB_ITEMS.c
    rest = rows.job == job_id, rows.status == ItemStatus.WAITING
    values = {"status": ItemStatus.SKIPPED, "detail": reason, "at": datetime.now(UTC)}
    await connection.execute(update(JOB_ITEMS).where(*rest).values(values))


def _reason(status: JobStatus | None, error: str) -> str:
    return "canceled" if status is JobStatus.CANCELED else f"not tried: {error}"


def _last_line(job: Job) -> tuple[str, LogLevel]:
    """Return how the job ended, as the last line of its log."""
    counts = f"{job.done} of {job.total} done, {job.failed} failed, {job.skipped} skipped."
    if job.status == JobStatus.CANCELED:
        return f"Canceled. {counts}", LogLevel.WARNING
    if job.status == JobStatus.FAILED:
        return f"Failed. {job.error} {counts}".replace("  ", " "), LogLevel.ERROR
    return f"Done. {counts}", LogLevel.INFO


async def _entry(connection: AsyncConnection, job: Job) -> AuditRow:
    """Return the job's outcome, in the act that somebody began by starting it."""
    facts: dict[str, Any] = {
        "job": job.id,
        "total": job.total,
        "done": job.done,
        "failed": job.failed,
        "skipped": job.skipped,
    }
    if isinstance(job.kind, JobKind) and job.kind in NAMED:
        name, column, good = NAMED[job.kind]
        rows = await _named(connection, job)
        facts[name] = {row._mapping[column]: row.detail or good for row in rows}
        if job.total > MOST_NAMED:
            facts[f"{name}_omitted"] = job.total - MOST_NAMED
    if job.canceled_by:
        facts["canceled_by"] = job.canceled_by
    kind = TARGETS.get(job.kind) if isinstance(job.kind, JobKind) else None
    return AuditRow(
        at=datetime.now(UTC),
        act=job.act,
        action=job.action,
        outcome=OUTCOMES[JobStatus(job.status)],
        target={kind: job.target} if kind else {},
        server=job.server,
        actor=job.actor,
        role=job.role,
        address=job.address,
        request_id=job.request_id,
        reason=job.error,
        facts=facts,
    )


async def _named(connection: AsyncConnection, job: Job) -> Sequence[Any]:
    """Return items for the audit, those that failed first."""
    rows = JOB_ITEMS.c
    worst = case((rows.status == ItemStatus.FAILED, 0), else_=1)
    query = (
        select(rows.key, rows.label, rows.detail)
        .where(rows.job == job.id)
        .order_by(worst, rows.number)
    )
    return (await connection.execute(query.limit(MOST_NAMED))).all()
