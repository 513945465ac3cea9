"""/rooms/{room}/send and …/participants/{identity}/send: data for everybody, or for one."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.lk import rooms as lk_rooms
from app.inputs.rooms.rooms import SendData
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.livekit.client import LiveKit
from app.services.rooms import moderation, participants
from app.text.paths import participant_path, room_path
from app.web.actions.returning import returning
from app.web.context import RequestContext
from app.web.deps import Identity, LiveKitDep, RoomName
from app.web.forms import FormPage, Loaded
from app.web.pages import done

router = APIRouter(prefix="/rooms/{room}")


async def _everybody(ctx: RequestContext) -> Loaded:
    """Load the room's name and the lk command; LiveKit is not called."""
    room = ctx.name("room")
    form = await TO_ALL.read_valid(ctx.request)
    return {"room_name": room, "command": _command(form, room)}, {}


async def _participant(ctx: RequestContext) -> Loaded:
    """Load the participant that the address names, and the lk command."""
    room = ctx.name("room")
    who = await participants.get(ctx.livekit, room, ctx.name("identity"))
    form = await TO_ONE.read_valid(ctx.request)
    command = _command(form, room, who.identity)
    return {"room_name": room, "who": who, "command": command}, {}


def _command(form: SendData | None, room: str, *to: str) -> str | None:
    """Return the lk command that sends what was entered, or an example if nothing valid was."""
    if form is None:
        return lk_rooms.send_data(room=room, data="TEXT", to=to)
    return lk_rooms.send_data(
        room=room, data=form.payload, topic=form.topic, to=to, lossy=form.lossy
    )


TO_ALL = FormPage("rooms/send.html.j2", SendData, _everybody)
TO_ONE = FormPage("rooms/people/send.html.j2", SendData, _participant)

MAY_SEND = [sees(Permission.PARTICIPANTS_WRITE)]


def _does(action: str, form: FormPage[Any]) -> list[Any]:
    return [does(action, Permission.PARTICIPANTS_WRITE, form)]


@router.get("/send", dependencies=MAY_SEND)
async def send_to_room_form(request: Request) -> Response:
    """Show the form that sends data to everybody in the room."""
    return await TO_ALL.show(request)


@router.post("/send", dependencies=_does("room.send", TO_ALL))
async def send_to_room(request: Request, livekit: LiveKitDep, room: RoomName) -> Response:
    """Send data to everybody in the room."""
    size = await _send(livekit, await TO_ALL.read(request), room)
    return done(request, room_path(room), f"{size:,} bytes were sent to all in {room}.")


@router.get("/participants/{identity}/send", dependencies=MAY_SEND)
async def send_to_participant_form(request: Request) -> Response:
    """Show the form that sends data to one participant."""
    return await TO_ONE.show(request)


@router.post("/participants/{identity}/send", dependencies=_does("participant.send", TO_ONE))
async def send_to_participant(
    request: Request, livekit: LiveKitDep, room: RoomName, identity: Identity
) -> Response:
    """Send data to one participant."""
    size = await _send(livekit, await TO_ONE.read(request), room, identity)
    about = participant_path(room, identity)
    to = returning(request, room_path(room), about)
    return done(request, to, f"{size:,} bytes were sent to {identity}.", about=about)


async def _send(livekit: LiveKit, form: SendData, room: str, *to: str) -> int:
    """Send what was entered, and return its size in bytes."""
    payload = form.payload.encode()
    await moderation.send(livekit, room, payload, topic=form.topic, lossy=form.lossy, to=to)
    return len(payload)
