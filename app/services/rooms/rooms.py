"""Rooms: frozen records of ListRooms, and the actions on a room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from time import time
from typing import Literal

from livekit.api import DeleteRoomRequest, UpdateRoomMetadataRequest
from livekit.protocol import models

from app.errors import LiveKitError, LiveKitNotFound, Unavailable
from app.services import lists
from app.services.following import Following, Position, following
from app.services.lists import Ask, Columns, Listing, Table, Tabs, arrange, contain
from app.services.livekit.client import LiveKit
from app.services.livekit.errors import NO_OBJECT
from app.services.terms import in_metadata, terms

People = Literal["", "any", "empty", "full"]
Recording = Literal["", "yes", "no"]
Age = Literal["", "10min", "1h", "6h", "1d", "7d"]
AGES: dict[str, timedelta] = {
    "10min": timedelta(minutes=10),
    "1h": timedelta(hours=1),
    "6h": timedelta(hours=6),
    "1d": timedelta(days=1),
    "7d": timedelta(days=7),
}
# more would make a page larger than is useful
OFFERED = 200


@dataclass(frozen=True, slots=True)
class Room:
    """A room as ListRooms reports it; LiveKit updates the two counts every 5 s.

    `codecs` is empty in lists on a page, where it would cost more than everything else.
    """

    sid: str
    name: str
    metadata: str
    participants: int
    publishers: int
    max_participants: int
    empty_timeout: timedelta
    departure_timeout: timedelta
    created: datetime
    recording: bool
    codecs: tuple[str, ...] = ()

    @property
    def cells(self) -> tuple[str, str, int, int, bool, str]:
        """What its row in a list shows, and nothing large, because rows are cached by it."""
        counts = self.participants, self.publishers
        return (self.sid, self.name, *counts, self.recording, self.metadata[:2000])

    @property
    def full(self) -> bool:
        """True if it has reached its maximum of participants, by LiveKit's own count."""
        return 0 < self.max_participants <= self.participants


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of all open rooms, from one ListRooms."""

    rooms: int
    occupied: int
    participants: int


def _created(room: models.Room) -> int:
    return room.creation_time_ms or room.creation_time * 1000


def _codecs(room: models.Room) -> tuple[str, ...]:
    """Return the codecs that carry media, without RED and RTX, which only repeat it."""
    names = (codec.mime.partition("/")[2] for codec in room.enabled_codecs)
    return tuple(dict.fromkeys(name for name in names if name not in {"", "red", "rtx"}))


COLUMNS: Columns[models.Room] = Columns(
    {
        "name": attrgetter("name"),
        "participants": attrgetter("num_participants"),
        "publishers": attrgetter("num_publishers"),
        "created": _created,
    },
    default="-participants",
    ties="name",
)


def record(room: models.Room) -> Room:
    """Translate the protobuf, without `turn_password`, which is a secret."""
    return Room(
        sid=room.sid,
        name=room.name,
        metadata=room.metadata,
        participants=room.num_participants,
        publishers=room.num_publishers,
        max_participants=room.max_participants,
        empty_timeout=timedelta(seconds=room.empty_timeout),
        departure_timeout=timedelta(seconds=room.departure_timeout),
        created=datetime.fromtimestamp(_created(room) / 1000, UTC),
        recording=room.active_recording,
    )


def _whole(room: models.Room) -> Room:
    return replace(record(room), codecs=_codecs(room))


def is_full(room: models.Room) -> bool:
    """Return True if the room has reached its maximum of participants, by LiveKit's own count."""
    return 0 < room.max_participants <= room.num_participants


async def listed(livekit: LiveKit, *names: str) -> Sequence[models.Room]:
    """Return all open rooms, or those of `names`, unordered; for services only."""
    return (await livekit.list_rooms(*names)).rooms


@dataclass(frozen=True, slots=True)
class Wanted(lists.Wanted[models.Room]):
    """Which rooms a list shows: all, those with people in them ("any"), empty or full ones.

    `recording` is whether a recorder is in the room; `older` is how long it has been open at least.
    """

    people: People = ""
    recording: Recording = ""
    older: Age = ""

    def matches(self, room: models.Room, q: str) -> bool:
        """Return whether the room is one of them, with `q` in its name, SID or metadata."""
        if self.people == "full" and not is_full(room):
            return False
        if self.people and (room.num_participants > 0) != (self.people != "empty"):
            return False
        if self.recording and room.active_recording != (self.recording == "yes"):
            return False
        if self.older and _created(room) > (time() - AGES[self.older].total_seconds()) * 1000:
            return False
        text, metadata = terms(q)
        return contain((room.name, room.sid), text) and in_metadata(room.metadata, metadata)


def _counts(rooms: Sequence[models.Room]) -> Mapping[str, int]:
    occupied = [room for room in rooms if room.num_participants]
    return {
        "any": len(occupied),
        "empty": len(rooms) - len(occupied),
        # a call of is_full for each would take longer than all else
        "full": sum([0 < r.max_participants <= r.num_participants for r in occupied]),
    }


LISTING = Listing(COLUMNS, record, Tabs("people", _counts))


async def table(livekit: LiveKit, ask: Ask, wanted: Wanted) -> Table[Room]:
    """Return one page of the matching rooms by one LiveKit call; only its rows are translated."""
    return LISTING.table(await listed(livekit), ask, wanted)


async def after(livekit: LiveKit, wanted: Wanted, position: Position) -> Following[Room]:
    """Return the matching rooms after a position, by name."""
    found = await listed(livekit)
    return following(LISTING, found, lambda room: (room.name,), wanted, position)


async def matching(livekit: LiveKit, ask: Ask, wanted: Wanted) -> list[Room]:
    """Return all matching rooms, sorted, for an export or a bulk action."""
    return [_whole(room) for room in LISTING.matching(await listed(livekit), ask, wanted)]


def totals(rooms: Sequence[models.Room]) -> Totals:
    """Return the totals of rooms as LiveKit lists them; for services only."""
    counts = [room.num_participants for room in rooms]
    return Totals(
        rooms=len(rooms),
        occupied=sum(1 for count in counts if count),
        participants=sum(counts),
    )


def first(rooms: Sequence[models.Room], sort: str, most: int) -> list[Room]:
    """Return the first `most` of the rooms by a column; for services only."""
    return [record(room) for room in arrange(rooms, sort, COLUMNS, most)]


async def get(livekit: LiveKit, name: str) -> Room:
    """Return the room. Raises NotFound if it isn't open, or no longer."""
    rooms = await listed(livekit, name)
    if not rooms:
        raise LiveKitNotFound(f"The room {name} is not open.")
    return _whole(rooms[0])


async def offered(livekit: LiveKit) -> list[str]:
    """Return names of open rooms to choose from: the OFFERED with the most participants."""
    rooms = arrange(await listed(livekit), COLUMNS.default, COLUMNS, OFFERED)
    return [room.name for room in rooms]


async def suggested(livekit: LiveKit) -> list[str]:
    """Return the same as `offered`, or nothing if LiveKit fails: any name can be typed."""
    try:
        return await offered(livekit)
    except LiveKitError:  # the top bar shows it
        return []


async def named(livekit: LiveKit, names: Sequence[str]) -> list[Room]:
    """Return the open rooms among `names`, in that order."""
    open_rooms = {room.name: record(room) for room in await listed(livekit, *names)}
    return [open_rooms[name] for name in dict.fromkeys(names) if name in open_rooms]


async def set_metadata(livekit: LiveKit, name: str, metadata: str) -> None:
    """Replace the room's metadata; an empty text clears it. Raises NotFound, Invalid."""
    request = UpdateRoomMetadataRequest(room=name, metadata=metadata)
    await livekit.write(livekit.api.room.update_room_metadata, request)


async def delete(livekit: LiveKit, name: str) -> None:
    """Delete the room and disconnect its participants. Raises NotFound.

    livekit-server responds with "could not find object" if the room closes at the same
    moment, and also if the room's node is gone. Only in the second case is the room still listed.
    """
    request = DeleteRoomRequest(room=name)
    try:
        await livekit.write(livekit.api.room.delete_room, request)
    except Unavailable as error:
        if NO_OBJECT not in error.reason or await listed(livekit, name):
            raise
        raise LiveKitNotFound(f"The room {name} had already closed.") from error
