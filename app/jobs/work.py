"""The workflow of every job that somebody starts: batch after batch, until no item is left.

All that a job knows is in the store, so that it continues wherever it was interrupted, in whatever
process and version.
"""

from functools import partial

from dbos import DBOS

from app.jobs.batches import Batch
from app.jobs.context import current
from app.jobs.patience import patiently
from app.services.jobs import working
from app.services.jobs.jobs import get
from app.services.jobs.queue import topics_of
from app.services.jobs.states import LogLevel

NAME = "work"
# Seconds to wait while LiveKit fails; after the last, the job ends.
PAUSES = (2, 4, 8, 16, 30, 60, 60, 60)


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
    await patiently(
        partial(working.write_line, context.store, job_id, text, LogLevel.WARNING), job_id
    )
    context.hub.publish(topics_of(job_id))
    await context.stopping.pause(seconds)


@DBOS.step(name="work.end")
async def _end(job_id: str, error: str) -> None:
    context = current()
    await patiently(partial(working.end, context.store, job_id, error), job_id)
    context.hub.publish(topics_of(job_id))
