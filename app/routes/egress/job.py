"""/egress/{job}: one job: its page, stop, layout and streams."""

import hashlib
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.inputs.egress.start import Layout, StopEgress, Streams, lines
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.egress import control as egress_control
from app.services.egress import jobs
from app.services.livekit.client import LiveKit
from app.services.livekit.redaction import address
from app.text.formatters import plural
from app.text.paths import egress_path
from app.web.context import RequestContext
from app.web.deps import JobId, LiveKitDep, PolledLiveKitDep
from app.web.forms import FormPage, Loaded
from app.web.pages import done, page

router = APIRouter(prefix="/egress/{job}")


async def _job(ctx: RequestContext) -> Loaded:
    """Load the job that the URL names, for a form about it."""
    detail = await jobs.detail(ctx.livekit, ctx.name("job"))
    return {"job": detail.job}, {"layout": detail.layout or ""}


async def _streams(ctx: RequestContext) -> Loaded:
    """Load the job, and those of its streams whose full URL is known."""
    context, _ = await _job(ctx)
    urls = await egress_control.full_urls(ctx.livekit, context["job"].id)
    return context | {"known": [(_digest(url), address(url)) for url in urls]}, {}


STOP = FormPage("egress/stop.html.j2", StopEgress, _job)
LAYOUT = FormPage("egress/layout.html.j2", Layout, _job)
STREAMS = FormPage("egress/streams.html.j2", Streams, _streams)

MAY_WRITE = [sees(Permission.EGRESS_WRITE)]


def _does(action: str, form: FormPage[Any]) -> list[Any]:
    return [does(f"egress.{action}", Permission.EGRESS_WRITE, form)]


@router.get("", dependencies=[sees(Permission.EGRESS_READ)])
async def job_page(request: Request, livekit: PolledLiveKitDep, job: JobId) -> Response:
    """Show the job with its request and outputs."""
    return await page(request, "egress/job.html.j2", detail=await jobs.detail(livekit, job))


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
async def set_layout(request: Request, livekit: LiveKitDep, job: JobId) -> Response:
    """Change the recorder's layout."""
    form = await LAYOUT.read(request)
    await egress_control.set_layout(livekit, job, form.layout)
    return done(request, egress_path(job), f"Layout changed to {form.layout}.")


@router.get("/streams", dependencies=MAY_WRITE)
async def streams_form(request: Request) -> Response:
    """Show the form that adds and removes streams."""
    return await STREAMS.show(request)


@router.post("/streams", dependencies=_does("streams", STREAMS))
async def set_streams(request: Request, livekit: LiveKitDep, job: JobId) -> Response:
    """Add streams to the job and remove others."""
    form = await STREAMS.read(request)
    add = lines(form.add)
    remove = [*lines(form.remove), *await _selected(livekit, job, form.stop)]
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
