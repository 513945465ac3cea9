"""/rooms/{room}/participants/{identity}: what can be done to one participant."""

import asyncio
import json
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.inputs.rooms.participants import (
    CallMethod,
    EditParticipant,
    MuteTrack,
    Permit,
    RemoveParticipant,
    Subscribe,
    texts_of,
)
from app.inputs.rooms.rooms import SendData
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.rooms import moderation, participants, rpc
from app.services.rooms.participants import Permissions
from app.text.formatters import plural
from app.text.json_text import json_note
from app.text.paths import room_path
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


async def _permissions(ctx: RequestContext) -> Loaded:
    context, _ = await _participant(ctx)
    present = asdict(context["who"].permissions)
    return context | {"present": present}, present


async def _tracks_of_others(ctx: RequestContext) -> Loaded:
    """Load the participant, and who else publishes what in the room."""
    room = ctx.name("room")
    (context, _), everybody = await asyncio.gather(
        _participant(ctx), participants.listed(ctx.livekit, room)
    )
    records = [participants.record(p) for p in everybody if p.tracks]
    others = [p for p in records if p.identity != context["who"].identity]
    return context | {"others": others}, {}


EDIT = FormPage("rooms/people/edit.html.j2", EditParticipant, _to_edit)
PERMIT = FormPage("rooms/people/permissions.html.j2", Permit, _permissions)
REMOVE = FormPage("rooms/people/remove.html.j2", RemoveParticipant, _participant)
SEND = FormPage("rooms/people/send.html.j2", SendData, _participant)
RPC = FormPage("rooms/people/rpc.html.j2", CallMethod, _participant)
SUBSCRIBE = FormPage("rooms/people/subscriptions.html.j2", Subscribe, _tracks_of_others)

MAY_WRITE = [sees(Permission.PARTICIPANTS_WRITE)]


def _does(action: str, form: FormPage[Any] | None = None) -> list[Any]:
    return [does(f"participant.{action}", Permission.PARTICIPANTS_WRITE, form)]


@router.get("/details", dependencies=[sees(Permission.ROOMS_READ)])
async def details(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity
) -> Response:
    """Show all attributes and the complete metadata of the participant."""
    who = await participants.get(livekit, room, identity)
    return await page(request, "rooms/people/details.html.j2", live=False, room_name=room, who=who)


@router.get("/remove", dependencies=MAY_WRITE)
async def remove_form(request: Request) -> Response:
    """Ask before the participant is removed."""
    return await REMOVE.show(request)


@router.post("/remove", dependencies=_does("remove", REMOVE))
async def remove(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity
) -> Response:
    """Disconnect the participant."""
    await moderation.remove(livekit, room, identity)
    return done(request, room_path(room), f"{identity} was removed.")


@router.post("/mute", dependencies=_does("mute"))
async def mute(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity
) -> Response:
    """Mute one track."""
    form = await read(request, MuteTrack)
    track = await moderation.mute(livekit, room, identity, form.track, True)
    return done(request, room_path(room), f"{identity}: {_spoken(track.source)} was muted.")


@router.post("/unmute", dependencies=_does("unmute"))
async def unmute(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity
) -> Response:
    """Ask the participant's client to unmute one track."""
    form = await read(request, MuteTrack)
    track = await moderation.mute(livekit, room, identity, form.track, False)
    text = f"{identity}: the client was asked to unmute its {_spoken(track.source)}."
    return done(request, room_path(room), text)


@router.post("/mute-all", dependencies=_does("mute_all"))
async def mute_all(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity
) -> Response:
    """Mute every track of the participant."""
    number = await moderation.mute_all(livekit, room, identity)
    if not number:
        return done(request, room_path(room), f"{identity}: nothing was left to mute.", "warn")
    return done(request, room_path(room), f"{identity}: {plural(number, 'track')} muted.")


@router.get("/edit", dependencies=MAY_WRITE)
async def edit_form(request: Request) -> Response:
    """Show name, metadata and attributes to edit."""
    return await EDIT.show(request)


@router.post("/edit", dependencies=_does("edit", EDIT))
async def edit(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity
) -> Response:
    """Set name, metadata and attributes."""
    form = await EDIT.read(request)
    changes = form.changes
    await moderation.edit(livekit, room, identity, changes)
    note = json_note(changes.metadata)
    return done(request, room_path(room), f"{identity} was saved.{note}", "warn" if note else "ok")


@router.get("/permissions", dependencies=MAY_WRITE)
async def permissions_form(request: Request) -> Response:
    """Show the permissions to change."""
    return await PERMIT.show(request)


@router.post("/permissions", dependencies=_does("permit", PERMIT))
async def permit(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity
) -> Response:
    """Replace the permissions."""
    form = await PERMIT.read(request)
    values = form.model_dump() | {"can_publish_sources": tuple(form.can_publish_sources)}
    await moderation.permit(livekit, room, identity, Permissions(**values))
    return done(request, room_path(room), f"The permissions of {identity} were saved.")


@router.get("/subscriptions", dependencies=MAY_WRITE)
async def subscriptions_form(request: Request) -> Response:
    """Show the tracks of others to choose from."""
    return await SUBSCRIBE.show(request)


@router.post("/subscriptions", dependencies=_does("subscribe", SUBSCRIBE))
async def subscribe(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity
) -> Response:
    """Subscribe the participant to the chosen tracks, or unsubscribe it."""
    form = await SUBSCRIBE.read(request)
    await moderation.subscribe(livekit, room, identity, form.track, form.what == "subscribe")
    text = f"{identity}: {form.what}d, {plural(len(form.track), 'track')}."
    return done(request, room_path(room), text)


@router.get("/send", dependencies=MAY_WRITE)
async def send_form(request: Request) -> Response:
    """Show the form that sends data to this participant."""
    return await SEND.show(request)


@router.post("/send", dependencies=_does("send", SEND))
async def send(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity
) -> Response:
    """Send data to this participant."""
    form = await SEND.read(request)
    payload = form.payload.encode()
    lossy = form.delivery == "lossy"
    await moderation.send(livekit, room, payload, topic=form.topic, lossy=lossy, to=[identity])
    return done(request, room_path(room), f"{len(payload):,} bytes were sent to {identity}.")


@router.get("/rpc", dependencies=MAY_WRITE)
async def rpc_form(request: Request) -> Response:
    """Show the form that calls a method of this participant."""
    return await RPC.show(request)


@router.post("/rpc", dependencies=_does("rpc", RPC))
async def call_method(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity, audit: AuditDep
) -> Response:
    """Call the method, and show what it answered above the form, for the next call."""
    form = await RPC.read(request)
    answer = await rpc.perform(livekit, room, identity, **form.model_dump())
    audit.note(method=form.method, error=answer.code, ms=round(answer.took.total_seconds() * 1000))
    return await RPC.asks(request, answer=answer)


def _spoken(source: str) -> str:
    return source.replace("_", " ")
