"""/egress/-/new: the form for a new job, and the preview of what it would write."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.config.presets import Preset
from app.errors import DashboardError
from app.inputs.egress.from_job import Again, again
from app.inputs.egress.preview import FIELDS, preview
from app.inputs.egress.start import StartEgress, Type
from app.inputs.egress.storage import PRESET, preset_in
from app.inputs.egress.to_job import new_egress
from app.security.body import posted
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.egress import control, jobs
from app.services.rooms import participants, rooms
from app.services.rooms.participants import Participant
from app.services.rooms.tracks import Track
from app.services.webhooks.own import own_webhook
from app.text.paths import egress_path
from app.web.context import RequestContext
from app.web.deps import AuditDep, LiveKitDep, SettingsDep
from app.web.forms import FormPage, Loaded, shown
from app.web.pages import done, page

# The participants or tracks of these are chosen once the room is known.
CHOOSING = frozenset({"participant", "track_composite", "track"})
DEFAULTS = {
    name: shown(info.default)
    for name, info in StartEgress.model_fields.items()
    if info.default is not None
}

router = APIRouter()


async def _choices(ctx: RequestContext) -> Loaded:
    """Load the choices of the form: rooms, or the participants and tracks of its room."""
    presets = ctx.settings.egress_presets
    sent = await posted(ctx.request) if ctx.request.method == "POST" else None
    values = ctx.query if sent is None else sent
    repeated = await _repeated(ctx, str(values.get("again", "")), sent=sent is not None)
    initial = dict(repeated.values or {})
    room = str(values.get("room", "") or initial.get("room", ""))
    kind = str(values.get("type", "") or initial.get("type", ""))
    kind = kind if kind in get_args(Type) else "room_composite"
    context: dict[str, Any] = {"type": kind, "room": room, "offered": [], "people": []}
    if room and kind in CHOOSING:
        context["people"] = await participants.offered(ctx.livekit, room)
        context |= {kind: _tracks(context["people"], kind) for kind in ("audio", "video")}
    elif not room and kind != "web":
        context["offered"] = await rooms.offered(ctx.livekit)
    initial = {"storage": _only(presets)} | initial | {"type": kind, "room": room}
    filled_in = _texts(DEFAULTS | initial if sent is None else sent)
    context |= {
        "again": repeated,
        "gone": _gone(context, initial) if repeated.job and sent is None else [],
        "closed": bool(repeated.job) and sent is None and await _closed(ctx, room, kind),
        "presets": presets,
        "preview": preview(filled_in, presets),
        "preview_fields": " ".join(FIELDS),
    }
    return context, initial


async def _repeated(ctx: RequestContext, job: str, *, sent: bool) -> Again:
    """Return the job that is started again, if any. Raises NotFound if LiveKit has removed it.

    A form that was sent has all its values, so it is shown without that job if need be.
    """
    if not job:
        return Again()
    try:
        detail = await jobs.detail(ctx.livekit, job)
    except DashboardError:
        if sent:
            return Again(job)
        raise
    return again(job, detail.job.type, detail.request, ctx.settings.egress_presets)


async def _closed(ctx: RequestContext, room: str, kind: str) -> bool:
    """Return whether the room of an earlier job is closed."""
    return kind != "web" and bool(room) and not await rooms.named(ctx.livekit, [room])


def _gone(context: Mapping[str, Any], initial: Mapping[str, Any]) -> list[str]:
    """Return the participant and the tracks of the earlier job that aren't there to choose."""
    offered = {sid for kind in ("audio", "video") for sid, _ in context.get(kind, ())}
    offered |= {who.identity for who in context["people"]}
    wanted = [initial.get(name, "") for name in ("identity", "track", "audio_track", "video_track")]
    return [each for each in wanted if each and each not in offered]


def _only(presets: Sequence[Preset]) -> str:
    """Return the choice of storage to begin with: a preset if there is exactly one."""
    return f"{PRESET}{presets[0].name}" if len(presets) == 1 else ""


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    texts = {name: shown(value) for name, value in values.items() if value is not None}
    return {name: text for name, text in texts.items() if isinstance(text, str)}


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


@router.get("/egress/-/new", dependencies=[sees(Permission.EGRESS_WRITE)])
async def start_egress_form(request: Request) -> Response:
    """Show the form for a new job."""
    return await START.show(request)


@router.post("/egress/-/new", dependencies=[does("egress.start", Permission.EGRESS_WRITE, START)])
async def start_egress(
    request: Request, livekit: LiveKitDep, settings: SettingsDep, audit: AuditDep
) -> Response:
    """Start a job and open its page."""
    form = await START.read(request)
    audit.note(type=form.type, room=form.room)
    new = new_egress(form, settings.egress_presets)
    if new.storage and preset_in(form.storage):
        audit.note(preset=preset_in(form.storage))
    job = await control.start(livekit, new, own_webhook(settings))
    audit.note(egress=job.id)
    return done(request, egress_path(job.id), "Recording started.")


@router.get("/egress/-/preview", dependencies=[sees(Permission.EGRESS_WRITE)])
async def preview_egress(request: Request, settings: SettingsDep) -> Response:
    """Show what a form with these fields would write; it asks LiveKit nothing."""
    values = dict(request.query_params)
    shows = preview(values, settings.egress_presets)
    return await page(request, "egress/preview.html.j2", live=False, preview=shows)
