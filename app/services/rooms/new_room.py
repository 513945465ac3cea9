"""Creating a room, with every option of CreateRoom."""

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

# What LiveKit's messages contain, and the field that they are about.
ABOUT = (
    ("room name length", "name"),
    ("metadata size", "metadata"),
    ("attribute size", "agents"),
    ("unknown room configuration", "room_preset"),
    ("could not find object", "node_id"),
)
REASONS = {
    "room_preset": "The server has no preset with this name (room.room_configurations).",
    "node_id": "The server has no node with this ID.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomOptions:
    """Options of a new room: timeouts in seconds, delays in milliseconds, None for the default."""

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
    """A room to create, and its node; only LiveKit Cloud uses tags and replay."""

    name: str
    node_id: str = ""
    room_preset: str = ""
    replay_enabled: bool = False


async def create(livekit: LiveKit, new: NewRoom) -> Room:
    """Create a room.

    Raises Conflict if one of that name is open, because LiveKit would return that one unchanged;
    Invalid with the field at fault; else a LiveKitError.
    """
    request = _request(new)
    if await listed(livekit, new.name):
        raise LiveKitConflict(
            f"A room named {new.name} is already open. Nothing was changed.",
            advice="Choose another name, or edit the open room.",
        )
    try:
        return record(await livekit.write(livekit.api.room.create_room, request))
    except TimedOut:
        if new.egress and await _was_created(livekit, new.name):
            raise TimedOut(
                f"The room {new.name} was created, but no egress worker responded in time.",
                advice="Start an egress worker, then start the recording on the room's page.",
            ) from None
        raise
    except LiveKitError as error:
        field = field_about(error.reason, ABOUT)
        if field is None:
            raise
        if field == "metadata" and any(len(a.metadata) > len(new.metadata) for a in new.agents):
            field = "agents"  # LiveKit reports theirs in the same words
        raise Invalid(fields={field: REASONS.get(field, error.reason)}) from error


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


async def _was_created(livekit: LiveKit, name: str) -> bool:
    """Return whether the room exists after CreateRoom timed out, which egress can cause."""
    try:
        with livekit.scope(seconds=0.5):
            return bool(await listed(livekit, name))
    except LiveKitError:
        return False
