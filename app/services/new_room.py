"""Creating a room, with everything that CreateRoom takes."""

from collections.abc import Mapping
from dataclasses import dataclass

from google.protobuf.json_format import Parse, ParseError
from livekit.api import CreateRoomRequest, RoomAgentDispatch, RoomEgress

from app.errors import Conflict, Invalid, LiveKitError, TimedOut
from app.services.livekit import LiveKit
from app.services.rooms import Room, listed, record

# LiveKit's words, and the field that they are about.
ABOUT: Mapping[str, str] = {
    "room name length": "name",
    "metadata size": "metadata",
    "unknown room configuration": "room_preset",
    "could not find object": "node_id",
}
SAID = {
    "room_preset": "The server has no preset of this name (room.room_configurations).",
    "node_id": "The server has no node with this id.",
}


@dataclass(frozen=True, slots=True)
class NewRoom:
    """What a room is created with; seconds, delays in milliseconds, None: the default."""

    name: str
    empty_timeout: int | None = None
    departure_timeout: int | None = None
    max_participants: int | None = None
    metadata: str = ""
    min_playout_delay: int | None = None
    max_playout_delay: int | None = None
    sync_streams: bool = False
    node_id: str = ""
    room_preset: str = ""
    agents: tuple[tuple[str, str], ...] = ()
    egress: str = ""


async def create(livekit: LiveKit, new: NewRoom) -> Room:
    """Create a room.

    Raises Conflict where one of that name is open, because LiveKit would just give that one and
    change nothing; Invalid with the field at fault; else a LiveKitError.
    """
    request = _request(new)
    if await listed(livekit, new.name):
        raise Conflict(
            f"A room named {new.name} is already open; nothing was changed.",
            advice="Choose another name, or edit the open room.",
        )
    try:
        return record(await livekit.write("CreateRoom", livekit.api.room.create_room, request))
    except TimedOut:
        if new.egress and await _made_in_spite(livekit, new.name):
            raise TimedOut(
                f"The room {new.name} was created, but its egress did not answer in time.",
                advice="Look at the room; start the recording there, once an egress worker runs.",
            ) from None
        raise
    except LiveKitError as error:
        field = next((field for words, field in ABOUT.items() if words in error.reason), None)
        if field is None:
            raise
        raise Invalid(fields={field: SAID.get(field, error.reason)}) from error


def _request(new: NewRoom) -> CreateRoomRequest:
    return CreateRoomRequest(
        name=new.name,
        empty_timeout=new.empty_timeout,
        departure_timeout=new.departure_timeout,
        max_participants=new.max_participants,
        metadata=new.metadata,
        min_playout_delay=new.min_playout_delay,
        max_playout_delay=new.max_playout_delay,
        sync_streams=new.sync_streams,
        node_id=new.node_id,
        room_preset=new.room_preset,
        agents=[RoomAgentDispatch(agent_name=n, metadata=m) for n, m in new.agents],
        egress=_egress(new.egress),
    )


def _egress(text: str) -> RoomEgress | None:
    if not text.strip():
        return None
    try:
        return Parse(text, RoomEgress())
    except (ParseError, RecursionError) as error:
        raise Invalid(fields={"egress": f"This is no RoomEgress message: {error}."}) from error


async def _made_in_spite(livekit: LiveKit, name: str) -> bool:
    """Whether the room is there although CreateRoom gave no answer: egress holds the answer up."""
    try:
        livekit.renew_deadline(seconds=0.5)
        return bool(await listed(livekit, name))
    except LiveKitError:
        return False
