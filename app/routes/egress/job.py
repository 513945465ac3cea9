"""/egress/{job}: one job: its page, stop, layout and streams."""

import hashlib
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.lk import egress as lk_egress
from app.inputs.egress.start import Layout, StopEgress, Streams, lines
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.audit.changes import between
from app.services.egress import control as egress_control
from app.services.egress import jobs
from app.services.livekit.client import LiveKit
from app.services.livekit.differences import Difference
from app.services.livekit.redaction import address
from app.text.formatters import plural
from app.text.paths import egress_path
from app.web.context import RequestContext
from app.web.deps import AuditDep, JobId, LiveKitDep, PolledLiveKitDep
from app.web.forms import FormPage, Loaded
from app.web.pages import done, page

router = APIRouter(prefix="/egress/{job}")


async def _to_stop(ctx: RequestContext) -> Loaded:
    """Load the job that the URL names, and the lk command that stops it."""
    job = (await jobs.detail(ctx.livekit, ctx.name("job"))).job
    return {"job": job, "command": lk_egress.stop_egress(ids=[job.id])}, {}


async def _to_lay_out(ctx: RequestContext) -> Loaded:
    """Load the job with its layout, and the lk command that sets the chosen one."""
    detail = await jobs.detail(ctx.livekit, ctx.name("job"))
    current = detail.layout or ""
    form = await LAYOUT.read_valid(ctx.request) if ctx.request.method == "POST" else None
    layout = form.layout if form else current
    command = lk_egress.update_layout(id=detail.job.id, layout=layout)
    return {"job": detail.job, "command": command}, {"layout": current}


async def _to_stream(ctx: RequestContext) -> Loaded:
    """Load the job, those of its streams whose full URL is known, and the lk command."""
    job = (await jobs.detail(ctx.livekit, ctx.name("job"))).job
    urls = await egress_control.full_urls(ctx.livekit, job.id)
    known = [(_digest(url), address(url)) for url in urls]
    return {"job": job, "known": known, "command": lk_egress.update_stream(id=job.id)}, {}


STOP = FormPage("egress/stop.html.j2", StopEgress, _to_stop)
LAYOUT = FormPage("egress/layout.html.j2", Layout, _to_lay_out)
STREAMS = FormPage("egress/streams.html.j2", Streams, _to_stream)

MAY_WRITE = [sees(Permission.EGRESS_WRITE)]


def _does(action: str, form: FormPage[Any]) -> list[Any]:
    return [does(f"egress.{action}", Permission.EGRESS_WRITE, form)]


@router.get("", dependencies=[sees(Permission.EGRESS_READ)])
async def job_page(request: Request, livekit: PolledLiveKitDep, job: JobId) -> Response:
    """Show the job with its request and outputs."""
    detail = await jobs.detail(livekit, job)
    return await page(
        request,
        "egress/job.html.j2",
        topics=(f"egress:{job}",),
        detail=detail,
        command=lk_egress.get_egress(ids=[job]),
        start_command=lk_egress.start_egress(type=detail.job.type, request=detail.request),
    )


@router.get("/stop", dependencies=MAY_WRITE)
async def stop_form(request: Request) -> Response:
    """Ask before the job is stopped."""
    return await STOP.show(request)


@router.post("/stop", dependencies=_does("stop", STOP))
async def stop(request: Request, livekit: LiveKitDep, job: JobId) -> Response:
    """Ask the job's worker to end it."""
    await egress_control.stop(livekit, job)
    return done(request, egress_path(job), "Stopping. Files are available once uploading finishes.")


@router.get("/layout", dependencies=MAY_WRITE)
async def layout_form(request: Request) -> Response:
    """Show the form for the layout."""
    return await LAYOUT.show(request)


@router.post("/layout", dependencies=_does("layout", LAYOUT))
async def set_layout(
    request: Request, livekit: LiveKitDep, job: JobId, audit: AuditDep
) -> Response:
    """Change the recorder's layout."""
    form = await LAYOUT.read(request)
    after = {"layout": form.layout}
    audit.changes(between(None, after))
    before = await egress_control.set_layout(livekit, job, form.layout)
    audit.changes(between({"layout": before}, after))
    return done(request, egress_path(job), f"Layout changed to {form.layout}.")


@router.get("/streams", dependencies=MAY_WRITE)
async def streams_form(request: Request) -> Response:
    """Show the form that adds and removes streams."""
    return await STREAMS.show(request)


@router.post("/streams", dependencies=_does("streams", STREAMS))
async def set_streams(
    request: Request, livekit: LiveKitDep, job: JobId, audit: AuditDep
) -> Response:
    """Add streams to the job and remove others."""
    form = await STREAMS.read(request)
    add = lines(form.add)
    remove = [*lines(form.remove), *await _selected(livekit, job, form.stop)]
    audit.changes(
        [Difference(("stream_url",), "", (address(url),), ()) for url in remove]
        + [Difference(("stream_url",), "", (), (address(url),)) for url in add]
    )
    await egress_control.set_streams(livekit, job, add, remove)
    text = f"{plural(len(add), 'stream')} added, {len(remove)} removed."
    return done(request, egress_path(job), text)


async def _selected(livekit: LiveKit, job: str, digests: Sequence[str]) -> list[str]:
    if not digests:
        return []
    return [u for u in await egress_control.full_urls(livekit, job) if _digest(u) in digests]


def _digest(url: str) -> str:
    """Name a URL in a form without showing it: it may contain a passphrase."""
    return hashlib.sha256(url.encode()).hexdigest()[:32]
