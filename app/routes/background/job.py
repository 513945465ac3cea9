"""/jobs/{background_job}: one job: how far it is, its items and its log; cancel and run again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from app.inputs.jobs import CancelJob, RunAgain
from app.labels.jobs import KINDS
from app.routes.background.acting import again, cancel
from app.routes.background.shown import (
    DISCONNECTING,
    check_may_act,
    masked,
    place_of,
    shown,
)
from app.routes.history.shared import masking
from app.security.guards import does, sees
from app.security.roles import Permission, User
from app.services import executors
from app.services.history.masking import Masking
from app.services.jobs import jobs, listing
from app.services.jobs.again import left_of, successor
from app.services.jobs.jobs import Item, Job
from app.services.jobs.kinds import JobKind
from app.services.jobs.states import ItemStatus
from app.services.lists import address
from app.store.store import Store
from app.text.paths import JOBS, job_path
from app.web.actions.returning import returning
from app.web.confirmation import confirm_many
from app.web.context import RequestContext
from app.web.deps import AuditDep, BackgroundJobId, StoreDep, UserDep
from app.web.forms import FormPage, Loaded, read
from app.web.listing import filters
from app.web.pages import done, page

ITEMS = 100  # of a page

router = APIRouter(prefix=JOBS)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which items are shown: failed ones unless something else is asked for, or none failed."""

    status: Literal["", "all"] | ItemStatus = ""
    first: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0

    def of(self, job: Job) -> str:
        """Return the status of the items to show, or "" for all."""
        if not self.status:
            return ItemStatus.FAILED if job.failed else ""
        return "" if self.status == "all" else self.status


@dataclass(frozen=True, slots=True)
class Tab:
    """Items with one status: how many there are, and where they are."""

    status: str
    count: int
    url: str
    current: bool


FiltersDep = Annotated[Filters, filters(Filters)]


@router.get("/{background_job}", dependencies=[sees(Permission.JOBS_READ)])
async def job_page(
    request: Request, store: StoreDep, user: UserDep, job_id: BackgroundJobId, chosen: FiltersDep
) -> Response:
    """Show how far the job is, what became of each item, and its log."""
    job = await jobs.get(store, job_id)
    status, masks = chosen.of(job), masking(user)
    return await page(
        request,
        "jobs/job.html.j2",
        live=job.unended and not chosen.first,
        topics=(f"job:{job_id}",),
        row=shown(job, user, masks),
        tabs=_tabs(job, status),
        lines=await listing.lines(store, job_id),
        successor="" if job.unended else await successor(store, job),
        works=not job.unended or await executors.any_alive(store),
        embedded=request.app.state.queue.embedded,
        **await _items(store, job, (status, chosen.first), user, masks),
    )


async def _items(
    store: Store, job: Job, wanted: tuple[str, int], user: User, masks: Masking
) -> dict[str, Any]:
    """Return one page of the items, with their pages, and the addresses around it.

    `wanted` is the status of the items, or "" for all, and the number of the first one.
    """
    status, first = wanted
    part = await listing.items(store, job.id, status, first, ITEMS)
    return {
        "items": [
            (masked(masks, job, each), place_of(each, job, user, masks)) for each in part.rows
        ],
        "only": status,
        "next": None if part.next is None else _url(job, status, part.next),
        "previous": None if part.previous is None else _url(job, status, part.previous),
        "first": _url(job, status, 0),
    }


def _tabs(job: Job, current: str) -> list[Tab]:
    counts = {
        "": job.total,
        ItemStatus.FAILED: job.failed,
        ItemStatus.SKIPPED: job.skipped,
        ItemStatus.WAITING: job.total - job.progress,
        ItemStatus.DONE: job.done,
    }
    return [
        Tab(status, count, _url(job, status, 0), status == current)
        for status, count in counts.items()
        if count or status in {"", current}
    ]


def _url(job: Job, status: str, first: int) -> str:
    """Return the address of some items."""
    return address(job_path(job.id), {"status": status or "all", "first": first}, {"first": 0})


async def _to_change(ctx: RequestContext) -> Loaded:
    """Load the job that the address names. Raises NotAllowed for those who can't change it."""
    job = await jobs.get(ctx.store, ctx.name("background_job"))
    check_may_act(ctx.user, job)
    return {"row": shown(job, ctx.user, masking(ctx.user))}, {}


CANCEL = FormPage("jobs/cancel.html.j2", CancelJob, _to_change)


@router.get("/{background_job}/cancel", dependencies=[sees(Permission.JOBS_WRITE)])
async def cancel_form(request: Request) -> Response:
    """Ask before the job is canceled."""
    return await CANCEL.show(request)


@router.post(
    "/{background_job}/cancel",
    dependencies=[does("jobs.cancel", Permission.JOBS_WRITE, CANCEL)],
)
async def cancel_job(request: Request, job_id: BackgroundJobId) -> Response:
    """Cancel it: items in progress are finished, and no others begun."""
    await CANCEL.read(request)
    job = await cancel(RequestContext(request), job_id)
    text = "Canceling: the job ends after the items in progress."
    text = text if job.unended else "The job was canceled."
    return done(request, returning(request, job_path(job.id), JOBS), text)


@router.post("/{background_job}/again", dependencies=[does("jobs.again", Permission.JOBS_WRITE)])
async def run_again(
    request: Request, store: StoreDep, user: UserDep, job_id: BackgroundJobId, audit: AuditDep
) -> Response:
    """Show what the job left; let another one do exactly that when it is confirmed.

    A second click leads to the job that does it already.
    """
    sent = await read(request, RunAgain)
    job = await jobs.get(store, job_id)
    check_may_act(user, job)
    if found := await successor(store, job):
        audit.note(job=found)
        return done(request, job_path(found))
    left = await left_of(store, job) if job.repeatable else []
    question = await _ask_again(request, sent, job, left)
    if question is not None:
        return question
    return done(request, job_path((await again(RequestContext(request), job_id)).id))


async def _ask_again(
    request: Request, sent: RunAgain, job: Job, left: Sequence[Item]
) -> Response | None:
    """Return the page that asks, or None if exactly these items were confirmed."""
    user = RequestContext(request).user
    masks = masking(user)
    return await confirm_many(
        request,
        "jobs/again.html.j2",
        sent,
        [masked(masks, job, item) for item in left],
        lambda item: str(item.number),
        disconnects=lambda item: job.kind in DISCONNECTING,
        row=shown(job, user, masks),
        words=KINDS[JobKind(job.kind)],
    )
