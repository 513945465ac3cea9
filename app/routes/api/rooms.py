"""/api/v1/rooms: the open rooms; creating and deleting one."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.inputs.fields import UINT32, Short, ShortName
from app.security.roles import Permission
from app.services.rooms import new_room, rooms
from app.services.rooms.new_agents import NewAgent
from app.services.rooms.rooms import Age, People, Recording, Wanted
from app.web.api.access import api_router, reads, writes
from app.web.api.bodies import described, json_body
from app.web.api.listing import AskedDep, Page, Record, Seconds, Text, page
from app.web.deps import AuditDep, LiveKitDep, RoomName

router = api_router("/rooms", "Rooms")


def _whole(value: object) -> object:
    """Return a number without a fraction as an integer, which for JSON Schema it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=UINT32)] | None


class Room(Record):
    """An open room; LiveKit updates the two counts every 5 s."""

    sid: str
    name: str
    metadata: str
    participants: int
    publishers: int
    max_participants: int = Field(description="0 for no limit.")
    empty_timeout: Seconds
    departure_timeout: Seconds
    created: datetime
    recording: bool


class RoomDetails(Room):
    """An open room with the codecs that it accepts."""

    codecs: tuple[str, ...]


class Dispatch(BaseModel):
    """An agent to dispatch to a new room."""

    model_config = ConfigDict(extra="forbid")

    agent_name: Short = Field(description="Empty for workers without a name.")
    metadata: str = ""


class NewRoom(BaseModel):
    """A room to create; without a value, LiveKit's default counts. Timeouts are in seconds."""

    model_config = ConfigDict(extra="forbid")

    name: ShortName = Field(min_length=1, max_length=256, description="At most 256 bytes.")
    metadata: str = ""
    empty_timeout: Whole = None
    departure_timeout: Whole = None
    max_participants: Whole = None
    sync_streams: bool = False
    agents: tuple[Dispatch, ...] = Field((), max_length=20)


@router.get("", dependencies=reads(Permission.ROOMS_READ))
async def list_rooms(
    livekit: LiveKitDep,
    asked: AskedDep,
    q: Text = "",
    people: Annotated[People, Query(description="by how many participants they have")] = "",
    recording: Annotated[Recording, Query(description="if a recorder is in the room")] = "",
    older: Annotated[Age, Query(description="open for at least that long")] = "",
) -> Page[Room]:
    """List the open rooms, by name."""
    position = asked.position(q, 1)
    return page(Room, await rooms.after(livekit, Wanted(people, recording, older), position))


@router.post(
    "",
    status_code=201,
    dependencies=writes("room.create", Permission.ROOMS_WRITE),
    openapi_extra=described(NewRoom),
)
async def create_room(
    livekit: LiveKitDep, audit: AuditDep, new: Annotated[NewRoom, json_body(NewRoom)]
) -> Room:
    """Create a room; 409 if one with this name is open."""
    audit.note(room=new.name)
    agents = tuple(NewAgent(**agent.model_dump()) for agent in new.agents)
    values = new.model_dump(exclude={"agents"})
    room = await new_room.create(livekit, new_room.NewRoom(**values, agents=agents))
    return Room.model_validate(room)


@router.get("/{room}", dependencies=reads(Permission.ROOMS_READ))
async def get_room(livekit: LiveKitDep, room: RoomName) -> RoomDetails:
    """Get an open room."""
    return RoomDetails.model_validate(await rooms.get(livekit, room))


@router.delete(
    "/{room}", status_code=204, dependencies=writes("room.delete", Permission.ROOMS_WRITE)
)
async def delete_room(livekit: LiveKitDep, room: RoomName) -> None:
    """Delete a room, which disconnects its participants."""
    await rooms.delete(livekit, room)
