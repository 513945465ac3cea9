"""/egress: the list of jobs, its export, a new job, and stopping many."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.commands.lk import egress as lk_egress
from app.inputs.egress.start import StartEgress, StopJobs, Type
from app.inputs.egress.to_job import new_egress
from app.navigation.figures import by_status
from app.security.body import posted
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.egress import control, listing
from app.services.egress import jobs as egress_jobs
from app.services.egress.jobs import Job
from app.services.egress.listing import Kind, Status, Wanted
from app.services.egress.states import EgressStatus
from app.services.lists import Ask
from app.services.livekit.client import LiveKit
from app.services.livekit.steps import one_by_one
from app.services.rooms import participants, rooms
from app.services.rooms.participants import Participant
from app.services.rooms.tracks import Track
from app.text.paths import EGRESS, egress_path
from app.web.confirmation import confirm_many
from app.web.context import RequestContext
from app.web.deps import AuditDep, LiveKitDep, PolledLiveKitDep
from app.web.exports import Ending, as_file
from app.web.forms import FormPage, Loaded, read
from app.web.listing import AskDep, asked
from app.web.pages import done, page

BULK_SECONDS = 60
FAILED = frozenset({EgressStatus.FAILED})

router = APIRouter()


async def _wanted(
    room: Annotated[str, Query(max_length=1000)] = "",
    status: Status = "",
    type: Kind = "",
) -> Wanted:
    """Read the list's own filters from the query."""
    return Wanted(room, status, type)


ListDep = Annotated[Ask, asked("egress")]
WantedDep = Annotated[Wanted, Depends(_wanted)]


async def _choices(ctx: RequestContext) -> Loaded:
    """Load the choices of the form: rooms, or the participants and tracks of its room."""
    values = await posted(ctx.request) if ctx.request.method == "POST" else ctx.query
    room, kind = str(values.get("room", "")), str(values.get("type", ""))
    kind = kind if kind in get_args(Type) else "room_composite"
    context: dict[str, Any] = {"type": kind, "room": room, "offered": [], "people": []}
    if room and kind in {"participant", "track_composite", "track"}:
        context["people"] = await participants.offered(ctx.livekit, room)
        context |= {kind: _tracks(context["people"], kind) for kind in ("audio", "video")}
    elif not room and kind != "web":
        context["offered"] = await rooms.offered(ctx.livekit)
    return context, {"type": kind, "room": room}


def _tracks(people: Sequence[Participant], kind: str) -> list[tuple[str, str]]:
    """Return the tracks of a kind to choose from: SID and label, screen shares last."""
    tracks = [(who, track) for who in people for track in who.tracks if track.kind == kind]
    tracks.sort(key=lambda pair: pair[1].source.startswith("screen"))
    labels = [f"{who.label}, {track.what} {track.codec}".strip() for who, track in tracks]
    uses = Counter(labels)
    return [
        (track.sid, label if uses[label] == 1 else f"{label}{_apart(who, track)}")
        for label, (who, track) in zip(labels, tracks, strict=True)
    ]


def _apart(who: Participant, track: Track) -> str:
    """Return what distinguishes tracks with the same label: identity, SID and name."""
    of = f" of {who.identity}" if who.name else ""
    return f"{of}, {track.sid}" + (f", {track.name:.60}" if track.name else "")


START = FormPage("egress/new.html.j2", StartEgress, _choices)


@router.get("/egress", dependencies=[sees(Permission.EGRESS_READ)])
async def egress_index(
    request: Request, livekit: PolledLiveKitDep, ask: ListDep, wanted: WantedDep
) -> Response:
    """Show one page of the matching jobs."""
    jobs = await listing.table(livekit, ask, wanted)
    return await page(
        request,
        "egress/index.html.j2",
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


@router.get("/egress/-/new", dependencies=[sees(Permission.EGRESS_WRITE)])
async def start_egress_form(request: Request) -> Response:
    """Show the form for a new job."""
    return await START.show(request)


@router.post("/egress/-/new", dependencies=[does("egress.start", Permission.EGRESS_WRITE, START)])
async def start_egress(request: Request, livekit: LiveKitDep, audit: AuditDep) -> Response:
    """Start a job and open its page."""
    form = await START.read(request)
    audit.note(type=form.type, room=form.room)
    job = await control.start(livekit, new_egress(form))
    audit.note(egress=job.id)
    return done(request, egress_path(job.id), "Recording started.")


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
    ids = [job.id for job in chosen]
    stop, outage = control.stop, control.OUTAGE
    outcomes = await one_by_one(livekit, ids, stop, BULK_SECONDS, outage)
    audit.note(jobs={each.item: each.error or "stopping" for each in outcomes})
    return await page(request, "egress/stopped.html.j2", live=False, outcomes=outcomes)


async def _chosen(livekit: LiveKit, form: StopJobs) -> list[Job]:
    if form.scope == "matching":
        wanted = Wanted(form.room, form.status, form.type)
        return await listing.matching(livekit, Ask(q=form.q), wanted)
    return await egress_jobs.named(livekit, form.job)
