"""/egress: the list of jobs, its export, and stopping many."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.commands.lk import egress as lk_egress
from app.inputs.egress.start import StopJobs
from app.navigation.figures import by_status
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.egress import control, listing
from app.services.egress import jobs as egress_jobs
from app.services.egress.jobs import Job
from app.services.egress.listing import Kind, Status, Wanted
from app.services.egress.states import EgressStatus
from app.services.jobs.kinds import JobKind
from app.services.lists import Ask
from app.services.livekit.client import LiveKit
from app.services.livekit.steps import Outcome, one_by_one
from app.text.paths import EGRESS
from app.web.actions.background import Item, in_background
from app.web.actions.report import Work, report
from app.web.confirmation import confirm_many
from app.web.deps import AuditDep, LiveKitDep, PolledLiveKitDep
from app.web.exports import Ending, as_file
from app.web.forms import read
from app.web.listing import AskDep, asked, filters
from app.web.pages import page

BULK_SECONDS = 60
FAILED = frozenset({EgressStatus.FAILED})

router = APIRouter()


def _wanted(
    room: Annotated[str, Query(max_length=1000)] = "",
    status: Status = "",
    type: Kind = "",
) -> Wanted:
    """Read the list's own filters from the query."""
    return Wanted(room, status, type)


ListDep = Annotated[Ask, asked("egress")]
WantedDep = Annotated[Wanted, filters(_wanted)]


@router.get("/egress", dependencies=[sees(Permission.EGRESS_READ)])
async def egress_index(
    request: Request, livekit: PolledLiveKitDep, ask: ListDep, wanted: WantedDep
) -> Response:
    """Show one page of the matching jobs."""
    jobs = await listing.table(livekit, ask, wanted)
    return await page(
        request,
        "egress/index.html.j2",
        topics=("egress",),
        figures=by_status(EGRESS, jobs, egress_jobs.RUNNING, FAILED),
        jobs=jobs.at(EGRESS),
        wanted=wanted,
        command=lk_egress.list_egress(),
    )


@router.get("/egress/-/export.{ending}", dependencies=[sees(Permission.EGRESS_READ)])
async def export_egress(
    livekit: LiveKitDep, ask: AskDep, wanted: WantedDep, ending: Ending
) -> Response:
    """Return all matching jobs as a file: LiveKit lists them for a day after they end."""
    jobs = await listing.matching(livekit, ask, wanted)
    return as_file("egress", ending, jobs, Job)


@router.post("/egress/-/stop", dependencies=[does("egress.stop", Permission.EGRESS_WRITE)])
async def stop_many(request: Request, livekit: LiveKitDep, audit: AuditDep) -> Response:
    """Show which jobs would be stopped; once exactly those are confirmed, stop them."""
    form = await read(request, StopJobs)
    chosen = [job for job in await _chosen(livekit, form) if job.running]
    asks = await confirm_many(
        request,
        "egress/stop_many.html.j2",
        form,
        chosen,
        lambda job: job.id,
        command=lk_egress.stop_egress(ids=[job.id for job in chosen]),
    )
    if asks:
        return asks
    items = [Item(job.id, job.id) for job in chosen]
    if job_page := await in_background(request, JobKind.STOP_EGRESS, items):
        return job_page
    ids = [job.id for job in chosen]
    stop, outage = control.stop, control.OUTAGE

    def note(outcomes: Sequence[Outcome[str]]) -> None:
        audit.note(jobs={each.item: each.error or "stopping" for each in outcomes})

    steps = one_by_one(livekit, ids, stop, BULK_SECONDS, outage)
    work = Work(steps, len(ids), "Stop", "job", "jobs", note)
    return await report(request, "egress/stopped.html.j2", work)


async def _chosen(livekit: LiveKit, form: StopJobs) -> list[Job]:
    if form.scope == "matching":
        wanted = Wanted(form.room, form.status, form.type)
        return await listing.matching(livekit, Ask(q=form.q), wanted)
    return await egress_jobs.named(livekit, form.job)
