"""Canceling a job and running it again, for pages and the API: who may, and what the audit gets."""

from app.routes.background.shown import check_may_act
from app.services.jobs import control, jobs
from app.services.jobs.jobs import Job
from app.web.actions.background import by
from app.web.context import RequestContext


async def cancel(context: RequestContext, job_id: str) -> Job:
    """Cancel a job. Raises NotFound, NotAllowed, Conflict or StoreError."""
    job = await _allowed(context, job_id)
    context.audit.note(kind=str(job.kind), of=job.actor)
    state = context.request.app.state
    return await control.cancel(state.store, state.queue, job.id, by(context.audit))


async def again(context: RequestContext, job_id: str) -> Job:
    """Start a job with what another one left; it writes the outcome into the audit when it ends.

    Raises NotFound, NotAllowed, Conflict or StoreError.
    """
    job = await _allowed(context, job_id)
    state = context.request.app.state
    made = await control.again(state.store, state.queue, job.id, by(context.audit))
    context.audit.note(job=made.id)
    context.audit.continues = True
    return made


async def _allowed(context: RequestContext, job_id: str) -> Job:
    job = await jobs.get(context.store, job_id)
    check_may_act(context.user, job)
    return job
