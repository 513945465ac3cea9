"""The workflow of every job that somebody starts: batch after batch, until no item is left.

All that a job knows is in the store, so that it continues wherever it was interrupted, in whatever
process and version.
"""

import asyncio
from functools import partial

import structlog
from dbos import DBOS

from app.jobs.batches import Batch
from app.jobs.context import current
from app.jobs.patience import patiently
from app.services.jobs import working
from app.services.jobs.jobs import Job, get
from app.services.jobs.queue import topics_of
from app.services.jobs.states import JobStatus, LogLevel

NAME = "work"
# Seconds to wait while LiveKit fails; after the last, the job ends.
PAUSES = (2, 4, 8, 16, 30, 60, 60, 60)
LOOK_EVERY = 2.0  # seconds, meanwhile, whether somebody has canceled it

audit_log = structlog.get_logger("audit")


@DBOS.workflow(name=NAME, max_recovery_attempts=1000)
async def work(job_id: str) -> None:
    """Do what a job says; what goes wrong is in the job."""
    if not await _begin(job_id):
        return
    more, outage, failures = True, "", 0
    while more and failures <= len(PAUSES):
        more, outage = await _batch(job_id, failures)
        failures = failures + 1 if outage else 0
        if more and outage and failures <= len(PAUSES):
            await _wait(job_id, outage, PAUSES[failures - 1])
    await _end(job_id, outage)


@DBOS.step(name="work.begin")
async def _begin(job_id: str) -> bool:
    context = current()
    begin = partial(working.begin, context.store, job_id, context.executor)
    with context.stopping.step():
        begun = await patiently(begin, job_id)
    context.hub.publish(topics_of(job_id))
    return begun


@DBOS.step(name="work.batch")
async def _batch(job_id: str, failures: int) -> tuple[bool, str]:
    """Work on some items; return whether items are left to try, and how LiveKit failed, or ""."""
    context = current()
    with context.stopping.step():
        job = await patiently(partial(get, context.store, job_id), job_id)
        is_last = failures == len(PAUSES)
        return await Batch(context, job, is_retry=failures > 0, is_last=is_last).run()


@DBOS.step(name="work.wait")
async def _wait(job_id: str, outage: str, seconds: float) -> None:
    context = current()
    text = f"{outage} Trying again in {seconds:g} s."
    write = partial(working.write_line, context.store, job_id, text, LogLevel.WARNING)
    await patiently(write, job_id)
    context.hub.publish(topics_of(job_id))
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    goes_on = partial(working.goes_on, context.store, job_id)
    while (left := end - loop.time()) > 0 and await patiently(goes_on, job_id):
        await context.stopping.pause(min(left, LOOK_EVERY))


@DBOS.step(name="work.end")
async def _end(job_id: str, error: str) -> None:
    context = current()
    with context.stopping.step():
        if await patiently(partial(working.end, context.store, job_id, error), job_id):
            _log(await patiently(partial(get, context.store, job_id), job_id))
    context.hub.publish(topics_of(job_id))


def _log(job: Job) -> None:
    """Write the outcome, which the audit in the store has, to the log too."""
    counts = {"total": job.total, "done": job.done, "failed": job.failed, "skipped": job.skipped}
    who = {"user": job.actor, "role": job.role, "address": job.address}
    about = {"action": job.action, "server": job.server, "job": job.id}
    write = audit_log.info if job.status == JobStatus.DONE else audit_log.warning
    write(str(job.status), **about, **who, **counts)
