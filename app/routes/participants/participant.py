"""/rooms/{room}/participants/{identity}: everything that LiveKit reports about one participant."""

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.lk import rooms as lk_rooms
from app.errors import LiveKitNotFound
from app.security.guards import sees
from app.security.roles import Permission
from app.services.ingress import presence
from app.services.rooms import participants
from app.services.sip.calls import calls
from app.text.formatters import isolated
from app.text.paths import PARTICIPANTS, room_path
from app.web.deps import Identity, PolledLiveKitDep, RoomName, SettingsDep
from app.web.pages import page

router = APIRouter()


@router.get("/rooms/{room}/participants/{identity}", dependencies=[sees(Permission.ROOMS_READ)])
async def participant_page(
    request: Request,
    livekit: PolledLiveKitDep,
    settings: SettingsDep,
    room: RoomName,
    identity: Identity,
) -> Response:
    """Show one participant, by one LiveKit call."""
    try:
        who = await participants.get(livekit, room, identity)
    except LiveKitNotFound as error:
        raise _gone(room, identity) from error
    return await page(
        request,
        "participants/participant.html.j2",
        topics=(f"room:{room}",),
        room_name=room,
        who=who,
        sip={name: text for name, text in who.attributes.items() if name.startswith(calls.PREFIX)},
        ingress=who.attributes.get(presence.ATTRIBUTE, "") if who.kind == "ingress" else "",
        telephony=settings.enable_sip,
        command=lk_rooms.get_participant(room=room, identity=identity),
    )


def _gone(room: str, identity: str) -> LiveKitNotFound:
    error = LiveKitNotFound(
        "The participant has left, was removed, or lost its connection, or the room has closed.",
        advice="LiveKit keeps nothing about participants who have left.",
    )
    error.title = f"{isolated(identity)} is no longer in room {isolated(room)}"
    error.links = (
        ("Go to the room", room_path(room)),
        ("Search all rooms", f"{PARTICIPANTS}?{urlencode({'q': identity})}"),
    )
    return error
