"""Participants of all rooms: LiveKit lists them one room at a time, so a scan finds them.

The dashboard's own observers are left out.
"""

from dataclasses import dataclass
from datetime import datetime

from livekit.protocol import models

from app.services import lists
from app.services.following import Following, Position, following
from app.services.lists import Ask, Columns, Listing, Table, contain
from app.services.livekit.client import LiveKit
from app.services.livekit.enums import Newer, from_proto, plain_name
from app.services.livekit.times import joined, joined_ms
from app.services.rooms import participants, rooms
from app.services.rooms.participants import State, is_called
from app.services.rooms.people import (
    Counts,
    Muted,
    Publishing,
    count,
    is_observer,
    publishes,
    shown,
)
from app.services.rooms.scan import Found, RoomScan, scan_rooms
from app.services.rooms.states import ParticipantKind
from app.services.rooms.tracks import Published, published
from app.services.terms import in_metadata, terms
from app.text.natural import natural

InRoom = tuple[str, models.ParticipantInfo]

Kind = models.ParticipantInfo.Kind


@dataclass(frozen=True, slots=True)
class Member:
    """A participant and its room; `tracks` has its data tracks last."""

    room: str
    identity: str
    name: str
    sid: str
    kind: ParticipantKind | Newer
    state: State | Newer
    joined: datetime | None
    hidden: bool
    tracks: tuple[Published, ...]

    @property
    def label(self) -> str:
        """The name to show: the display name, or else the identity."""
        return self.name or self.identity


def record(item: InRoom) -> Member:
    """Translate the protobuf."""
    room, who = item
    return Member(
        room=room,
        identity=who.identity,
        name=who.name,
        sid=who.sid,
        kind=from_proto(ParticipantKind, Kind, who.kind),
        state=from_proto(State, models.ParticipantInfo.State, who.state),
        joined=joined(who),
        hidden=who.permission.hidden,
        tracks=published(who),
    )


@dataclass(frozen=True, slots=True)
class Wanted(lists.Wanted[InRoom]):
    """Which participants a list shows: those in the rooms scanned from `start` on.

    `publishing` is the source of a track, `any`, or `none`; `muted` is about the tracks of that
    source, and means that at least one of them is muted, or isn't.
    """

    kind: str = ""
    publishing: Publishing = ""
    muted: Muted = ""
    start: int = 0

    def matches(self, item: InRoom, q: str) -> bool:
        """Return whether it is one of them, with `q` in a name, an ID, a number or its metadata."""
        room, who = item
        text, metadata = terms(q)
        return (
            self.kind in {"", plain_name(Kind, who.kind)}
            and publishes(who, self.publishing, self.muted)
            and (contain((room,), text) or is_called(who, text))
            and in_metadata(who.metadata, metadata)
        )


COLUMNS: Columns[InRoom] = Columns(
    {
        "name": lambda item: natural(item[1].name or item[1].identity),
        "identity": lambda item: natural(item[1].identity),
        "room": lambda item: natural(item[0]),
        "kind": lambda item: plain_name(Kind, item[1].kind),
        "tracks": lambda item: len(item[1].tracks) + len(item[1].data_tracks),
        "joined": lambda item: joined_ms(item[1]),
        "state": lambda item: item[1].state,
        "sid": lambda item: item[1].sid,
    },
    default="name",
    ties="sid",
)

LISTING = Listing(COLUMNS, record)


async def table(
    livekit: LiveKit, ask: Ask, wanted: Wanted
) -> tuple[Table[Member], Counts, RoomScan]:
    """Return one page of the matching participants, and the counts of all in the scanned rooms.

    Costs what `scanned` costs, and raises what it raises.
    """
    present, scan = await scanned(livekit, wanted.start)
    return LISTING.table(present, ask, wanted), count([who for _, who in present]), scan


async def after(
    livekit: LiveKit, wanted: Wanted, position: Position
) -> tuple[Following[Member], RoomScan]:
    """Return the matching participants of a scan after a position, by room and identity."""
    present, scan = await scanned(livekit, wanted.start)
    return following(LISTING, present, _key, wanted, position), scan


async def after_in(
    livekit: LiveKit, room: str, wanted: Wanted, position: Position
) -> Following[Member]:
    """Return the matching participants of one room. Raises NotFound if it isn't open."""
    present = [(room, who) for who in shown(await participants.listed(livekit, room))]
    if not present:
        await rooms.get(livekit, room)
    return following(LISTING, present, _key, wanted, position)


def _key(item: InRoom) -> tuple[str, str]:
    return item[0], item[1].identity


async def scanned(livekit: LiveKit, start: int) -> tuple[Found, RoomScan]:
    """Return the participants of the scanned rooms, and the scan.

    Costs one LiveKit call, and one for each scanned room. Raises a LiveKitError if any of them
    fails: half a list would look like a complete one.
    """
    found, scan = await scan_rooms(
        livekit, await rooms.listed(livekit), start, uncounted_later=True, oldest_too=True
    )
    return [(room, who) for room, who in found if not is_observer(who)], scan
