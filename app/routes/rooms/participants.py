"""/rooms/{room}/participants/{identity}/…: all details of a participant, and the actions on it."""

import asyncio
import json
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.lk import rooms as lk_rooms
from app.inputs.rooms.participants import (
    SOURCES,
    CallMethod,
    EditParticipant,
    MuteTrack,
    Permit,
    RemoveParticipant,
    Subscribe,
    texts_of,
)
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.audit.changes import between
from app.services.rooms import moderation, participants, rpc
from app.services.rooms.participants import Participant, Permissions
from app.text.formatters import plural
from app.text.json_text import json_note
from app.text.paths import participant_path, room_path
from app.web.actions.returning import returning
from app.web.context import RequestContext
from app.web.deps import AuditDep, Identity, LiveKitDep, RoomName
from app.web.forms import FormPage, Loaded, read
from app.web.pages import done, page

router = APIRouter(prefix="/rooms/{room}/participants/{identity}")


async def _participant(ctx: RequestContext) -> Loaded:
    """Load the participant that the address names, for a form about it."""
    room = ctx.name("room")
    who = await participants.get(ctx.livekit, room, ctx.name("identity"))
    return {"room_name": room, "who": who}, {}


async def _to_edit(ctx: RequestContext) -> Loaded:
    """Load the participant with the fields to edit."""
    context, _ = await _participant(ctx)
    fields = texts_of(context["who"])
    return context, fields | {"shown": json.dumps(fields)}


async def _to_permit(ctx: RequestContext) -> Loaded:
    """Load the participant with its permissions, and the lk command that sets them."""
    context, _ = await _participant(ctx)
    who: Participant = context["who"]
    current = asdict(who.permissions)
    others = [source for source in current["can_publish_sources"] if source not in SOURCES]
    form = await PERMIT.read_valid(ctx.request)
    command = lk_rooms.update_participant(
        room=context["room_name"],
        identity=who.identity,
        permissions=current if form is None else form.model_dump(),
    )
    return context | {"command": command, "other_sources": others}, current


async def _to_remove(ctx: RequestContext) -> Loaded:
    """Load the participant, and the lk command that removes it."""
    context, _ = await _participant(ctx)
    room, who = context["room_name"], context["who"]
    command = lk_rooms.remove_participant(room=room, identity=who.identity)
    return context | {"command": command}, {}


async def _to_subscribe(ctx: RequestContext) -> Loaded:
    """Load the participant, the tracks that others publish, and the lk command."""
    room = ctx.name("room")
    (context, _), present = await asyncio.gather(
        _participant(ctx), participants.listed(ctx.livekit, room)
    )
    records = [participants.record(p) for p in present if p.tracks]
    others = [p for p in records if p.identity != context["who"].identity]
    form = await SUBSCRIBE.read_valid(ctx.request)
    command = lk_rooms.update_subscriptions(
        room=room,
        identity=context["who"].identity,
        track_sids=["TRACK_SID"] if form is None else form.track,
        subscribe=form is None or form.what == "subscribe",
    )
    return context | {"others": others, "command": command}, {}


EDIT = FormPage("rooms/people/edit.html.j2", EditParticipant, _to_edit)
PERMIT = FormPage("rooms/people/permissions.html.j2", Permit, _to_permit)
REMOVE = FormPage("rooms/people/remove.html.j2", RemoveParticipant, _to_remove)
RPC = FormPage("rooms/people/rpc.html.j2", CallMethod, _participant)
SUBSCRIBE = FormPage("rooms/people/subscriptions.html.j2", Subscribe, _to_subscribe)

FORMS: dict[str, FormPage[Any]] = {
    "edit": EDIT,
    "permissions": PERMIT,
    "remove": REMOVE,
    "rpc": RPC,
    "subscriptions": SUBSCRIBE,
}
MODERATING = frozenset({"mute", "mute_all", "remove", "unmute"})


def _needed(action: str) -> Permission:
    moderates = action in MODERATING
    return Permission.PARTICIPANTS_MODERATE if moderates else Permission.PARTICIPANTS_WRITE


for name, form_page in FORMS.items():
    router.get(f"/{name}", dependencies=[sees(_needed(name))])(form_page.show)


def _does(action: str, form: FormPage[Any] | None = None) -> list[Any]:
    return [does(f"participant.{action}", _needed(action), form)]


@router.get("/details", dependencies=[sees(Permission.ROOMS_READ)])
async def details(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity
) -> Response:
    """Show all attributes and the complete metadata of the participant."""
    who = await participants.get(livekit, room, identity)
    return await page(request, "rooms/people/details.html.j2", live=False, room_name=room, who=who)


@router.post("/remove", dependencies=_does("remove", REMOVE))
async def remove(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity
) -> Response:
    """Disconnect the participant."""
    await moderation.remove(livekit, room, identity)
    return done(request, room_path(room), f"{identity} was removed.")


@router.post("/mute", dependencies=_does("mute"))
async def mute(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity, audit: AuditDep
) -> Response:
    """Mute one track."""
    form = await read(request, MuteTrack)
    audit.note(track=form.track)
    track = await moderation.mute(livekit, room, identity, form.track, True)
    audit.changes(between({"muted": track.muted}, {"muted": True}))
    return _done(request, room, identity, f"{identity}: {_spoken(track.source)} was muted.")


@router.post("/unmute", dependencies=_does("unmute"))
async def unmute(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity, audit: AuditDep
) -> Response:
    """Ask the participant's client to unmute one track; whether it does isn't known."""
    form = await read(request, MuteTrack)
    audit.note(track=form.track)
    track = await moderation.mute(livekit, room, identity, form.track, False)
    text = f"{identity}: the client was asked to unmute its {_spoken(track.source)}."
    return _done(request, room, identity, text)


@router.post("/mute-all", dependencies=_does("mute_all"))
async def mute_all(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity, audit: AuditDep
) -> Response:
    """Mute every track of the participant."""
    tracks = await moderation.mute_all(livekit, room, identity)
    before, after = ({track.sid: on for track in tracks} for on in (False, True))
    audit.changes(between({"muted": before}, {"muted": after}))
    if not tracks:
        return _done(request, room, identity, f"{identity} has no unmuted tracks.", "warn")
    return _done(request, room, identity, f"{identity}: {plural(len(tracks), 'track')} muted.")


@router.post("/edit", dependencies=_does("edit", EDIT))
async def edit(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity, audit: AuditDep
) -> Response:
    """Set name, metadata and attributes."""
    form = await EDIT.read(request)
    changes = form.changes
    before = await participants.get(livekit, room, identity)
    audit.changes(moderation.changed(before, changes))
    await moderation.edit(livekit, room, identity, changes)
    note = json_note(changes.metadata)
    return _done(request, room, identity, f"{identity} was saved.{note}", "warn" if note else "ok")


@router.post("/permissions", dependencies=_does("permit", PERMIT))
async def permit(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity, audit: AuditDep
) -> Response:
    """Replace the permissions."""
    form = await PERMIT.read(request)
    values = form.model_dump() | {"can_publish_sources": tuple(form.can_publish_sources)}
    before = await participants.get(livekit, room, identity)
    audit.changes(between(asdict(before.permissions), values))
    await moderation.permit(livekit, room, identity, Permissions(**values))
    return _done(request, room, identity, f"The permissions of {identity} were saved.")


@router.post("/subscriptions", dependencies=_does("subscribe", SUBSCRIBE))
async def subscribe(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity, audit: AuditDep
) -> Response:
    """Subscribe the participant to the selected tracks, or unsubscribe it."""
    form = await SUBSCRIBE.read(request)
    subscribed = form.what == "subscribe"
    # LiveKit doesn't report what a participant was subscribed to
    audit.changes(between(None, {"subscribed": dict.fromkeys(form.track, subscribed)}))
    await moderation.subscribe(livekit, room, identity, form.track, subscribed)
    text = f"{identity}: {form.what}d, {plural(len(form.track), 'track')}."
    return _done(request, room, identity, text)


@router.post("/rpc", dependencies=_does("rpc", RPC))
async def call_method(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity, audit: AuditDep
) -> Response:
    """Call the method, and show the response above the form, which stays filled in."""
    form = await RPC.read(request)
    answer = await rpc.perform(livekit, room, identity, **form.model_dump())
    audit.note(method=form.method, error=answer.code, ms=round(answer.took.total_seconds() * 1000))
    return await RPC.asks(request, answer=answer)


def _done(request: Request, room: str, identity: str, text: str, kind: str = "ok") -> Response:
    """Go back to the page of the room or of the participant, and show `text`."""
    places = room_path(room), participant_path(room, identity)
    return done(request, returning(request, *places), text, kind, about=places[1])


def _spoken(source: str) -> str:
    return source.replace("_", " ")
