"""Creating a room, with everything that CreateRoom takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from livekit.api import CreateRoomRequest, RoomAgentDispatch, RoomEgress

from app.errors import Invalid, LiveKitConflict, LiveKitError, TimedOut
from app.services.livekit.client import LiveKit
from app.services.livekit.errors import field_about
from app.services.livekit.from_json import WrongPartError, built
from app.services.rooms.new_agents import NewAgent
from app.services.rooms.rooms import Room, listed, record
from app.text.json_text import not_json, strict

# LiveKit's words, and the field that they are about.
ABOUT = (
    ("room name length", "name"),
    ("metadata size", "metadata"),
    ("attribute size", "agents"),
    ("unknown room configuration", "room_preset"),
    ("could not find object", "node_id"),
)
SAID = {
    "room_preset": "The server has no preset of this name (room.room_configurations).",
    "node_id": "The server has no node with this id.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomOptions:
    """What a room is opened with; seconds, delays in milliseconds, None: the default."""

    empty_timeout: int | None = None
    departure_timeout: int | None = None
    max_participants: int | None = None
    metadata: str = ""
    min_playout_delay: int | None = None
    max_playout_delay: int | None = None
    sync_streams: bool = False
    agents: tuple[NewAgent, ...] = ()
    egress: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    def fields(self) -> dict[str, Any]:
        """Return the options as the fields that CreateRoomRequest and RoomConfiguration share.

        Raises Invalid with the field at fault.
        """
        agents = [RoomAgentDispatch(**agent.fields()) for agent in self.agents]
        plain = {f.name: getattr(self, f.name) for f in fields(RoomOptions)}
        return plain | {"agents": agents, "egress": _egress(self.egress)}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRoom(RoomOptions):
    """A room to create, and where; tags and replay are read by LiveKit Cloud only."""

    name: str
    node_id: str = ""
    room_preset: str = ""
    replay_enabled: bool = False


async def create(livekit: LiveKit, new: NewRoom) -> Room:
    """Create a room.

    Raises Conflict where one of that name is open, because LiveKit would just give that one and
    change nothing; Invalid with the field at fault; else a LiveKitError.
    """
    request = _request(new)
    if await listed(livekit, new.name):
        raise LiveKitConflict(
            f"A room named {new.name} is already open; nothing was changed.",
            advice="Choose another name, or edit the open room.",
        )
    try:
        return record(await livekit.write(livekit.api.room.create_room, request))
    except TimedOut:
        if new.egress and await _made_in_spite(livekit, new.name):
            raise TimedOut(
                f"The room {new.name} was created, but its egress did not answer in time.",
                advice="Look at the room; start the recording there, once an egress worker runs.",
            ) from None
        raise
    except LiveKitError as error:
        field = field_about(error.reason, ABOUT)
        if field is None:
            raise
        if field == "metadata" and any(len(a.metadata) > len(new.metadata) for a in new.agents):
            field = "agents"  # LiveKit says the same of theirs
        raise Invalid(fields={field: SAID.get(field, error.reason)}) from error


def _request(new: NewRoom) -> CreateRoomRequest:
    own = {f.name: getattr(new, f.name) for f in fields(NewRoom)}
    return CreateRoomRequest(**own | new.fields())


def _egress(text: str) -> RoomEgress | None:
    if not text.strip():
        return None
    try:
        return built(strict(text), RoomEgress())
    except WrongPartError as error:
        raise Invalid(fields={"egress": str(error)}) from error
    except (ValueError, RecursionError) as error:
        raise Invalid(fields={"egress": not_json(error)}) from error


async def _made_in_spite(livekit: LiveKit, name: str) -> bool:
    """Return whether the room exists although CreateRoom gave no answer: egress delays it."""
    try:
        with livekit.scope(seconds=0.5):
            return bool(await listed(livekit, name))
    except LiveKitError:
        return False
