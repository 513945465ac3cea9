"""/api/v1/jobs: jobs in the background and their items; canceling one, and running it again."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field
from starlette.requests import Request

from app.errors import BadQuery
from app.routes.background.acting import again, cancel
from app.routes.background.shown import masked, masked_job
from app.routes.history.shared import masking
from app.security.roles import Permission
from app.services.history.masking import Masking
from app.services.jobs import jobs, listing
from app.services.jobs.jobs import Job
from app.services.jobs.kinds import JobKind
from app.services.jobs.listing import Wanted
from app.services.jobs.states import ItemStatus, JobStatus
from app.web.api.access import api_router, reads, writes
from app.web.api.history import following, place_of
from app.web.api.listing import BAD_CURSOR, Asked, AskedDep, Page, Record, encoded
from app.web.context import RequestContext
from app.web.deps import BackgroundJobId, StoreDep, UserDep

LAST = 2**31 - 1  # the highest number of an item that a database can hold

router = api_router("/jobs", "Jobs")

Status = Annotated[Literal[""] | JobStatus, Query(description="their status")]
Kind = Annotated[Literal[""] | JobKind, Query(description="what they do")]
Actor = Annotated[str, Query(max_length=200, description="the user who started them")]
Result = Annotated[Literal[""] | ItemStatus, Query(description="their status")]


class BackgroundJob(Record):
    """An action on many items that runs in the background. It is kept for 30 days after its end."""

    id: str
    kind: str
    status: str = Field(description="waiting, running, done, failed or canceled.")
    target: str = Field(description="What all items belong to, such as a room; or empty.")
    progress: int = Field(description="How many items have a result.")
    total: int
    done: int
    failed: int
    skipped: int = Field(description="Not tried: the job was canceled, or ended early.")
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    cancel_asked_at: datetime | None
    canceled_by: str
    actor: str = Field(description="The user who started it.")
    role: str = Field(description="The role of the user at that time.")
    error: str = Field(description="Why it ended early.")
    again_of: str = Field(description="The ID of the job whose rest it does, or empty.")


class JobItem(Record):
    """One of the items of a job. Without `personal.read`, people and numbers are masked."""

    number: int
    key: str = Field(description="The name or ID; empty for participants without `personal.read`.")
    label: str
    status: str = Field(description="waiting, done, failed or skipped.")
    detail: str = Field(description="Why it failed or was skipped.")
    at: datetime | None = Field(description="When it got its result.")


@router.get("", dependencies=reads(Permission.JOBS_READ))
async def list_jobs(
    store: StoreDep,
    user: UserDep,
    asked: AskedDep,
    status: Status = "",
    kind: Kind = "",
    actor: Actor = "",
) -> Page[BackgroundJob]:
    """List the jobs, newest first."""
    found = await listing.page(store, Wanted(status, kind, actor), place_of(asked))
    masks = masking(user)
    items = [_record(each, masks) for each in found.rows]
    return following(BackgroundJob, found, items)


@router.get("/{background_job}", dependencies=reads(Permission.JOBS_READ))
async def get_job(store: StoreDep, user: UserDep, job_id: BackgroundJobId) -> BackgroundJob:
    """Get a job."""
    return _record(await jobs.get(store, job_id), masking(user))


@router.get("/{background_job}/items", dependencies=reads(Permission.JOBS_READ))
async def list_job_items(
    store: StoreDep,
    user: UserDep,
    asked: AskedDep,
    job_id: BackgroundJobId,
    status: Result = "",
) -> Page[JobItem]:
    """List the items of a job with their results, in the order of the job."""
    job = await jobs.get(store, job_id)
    part = await listing.items(store, job_id, status, _first(asked), asked.limit)
    masks = masking(user)
    items = [JobItem.model_validate(masked(masks, job, each)) for each in part.rows]
    return Page[JobItem](items=items, next=None if part.next is None else encoded((part.next,)))


def _first(asked: Asked) -> int:
    """Return the number of the first item that is asked for. Raises BadQuery."""
    first = asked.number or 0
    if first > LAST:
        raise BadQuery(BAD_CURSOR)
    return first


@router.post("/{background_job}/cancel", dependencies=writes("jobs.cancel", Permission.JOBS_WRITE))
async def cancel_job(request: Request, job_id: BackgroundJobId) -> BackgroundJob:
    """Cancel a job that waits or runs: items in progress are finished, the others skipped.

    It needs the permission that starting the job needed, too.
    """
    context = RequestContext(request)
    return _record(await cancel(context, job_id), masking(context.user))


@router.post("/{background_job}/again", dependencies=writes("jobs.again", Permission.JOBS_WRITE))
async def run_job_again(request: Request, job_id: BackgroundJobId) -> BackgroundJob:
    """Start another job with the items of an ended one that aren't done, and return it.

    It needs the permission that starting the job needed, too.
    """
    context = RequestContext(request)
    return _record(await again(context, job_id), masking(context.user))


def _record(job: Job, masks: Masking) -> BackgroundJob:
    """Return a job as it may be shown."""
    return BackgroundJob.model_validate(masked_job(masks, job))
