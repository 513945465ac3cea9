"""Scan rooms for participants: LiveKit lists them one room at a time, so a scan has a bound.

At most `ROOMS` rooms are scanned, occupied and new ones first; the rest is reported, and a scan
from there on reaches it.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from livekit.protocol import models

from app.services.livekit.client import LiveKit
from app.services.rooms import participants

ROOMS = 100  # in one scan
AT_A_TIME = 20  # concurrent calls
FRESH_SECONDS = 10  # ListRooms counts a new participant up to 5 s late

Found = list[tuple[str, models.ParticipantInfo]]


@dataclass(frozen=True, slots=True)
class RoomScan:
    """Which rooms were scanned: `scanned` of the candidate `rooms`, from `start` on.

    In the last `empty` of the candidates LiveKit counts no participants.
    """

    start: int
    scanned: int
    rooms: int
    empty: int = 0

    @property
    def remaining(self) -> int:
        """How many rooms were not scanned."""
        return self.rooms - self.scanned

    @property
    def after(self) -> int | None:
        """Where the next scan starts; None if this one reached the end."""
        end = self.start + self.scanned
        return end if end < self.rooms else None

    @property
    def complete(self) -> bool:
        """True if every room was scanned, except those in which LiveKit counts nobody."""
        return not self.start and self.left == self.left_empty

    @property
    def left(self) -> int:
        """How many rooms the scans after this one can still reach."""
        return 0 if self.after is None else self.rooms - self.after

    @property
    def left_empty(self) -> int:
        """In how many of those LiveKit counts no participants."""
        return min(self.left, self.empty)


def _nothing(_room: models.Room) -> bool:
    return False


async def scan_rooms(
    livekit: LiveKit,
    open_rooms: Iterable[models.Room],
    start: int = 0,
    *,
    first: Callable[[models.Room], bool] = _nothing,
    uncounted: bool = False,
    uncounted_later: bool = False,
    oldest_too: bool = False,
) -> tuple[Found, RoomScan]:
    """Return the participants of the scanned rooms, each with the room's name, and the scan.

    Rooms for which `first` is true are scanned before the others. With `uncounted`, rooms in which
    LiveKit counts no participants are scanned too, last: it doesn't count agents, egress and
    recorders. With `uncounted_later`, only a scan that starts after all others scans them, so that
    they cost nothing until then. With `oldest_too`, the newest and the oldest rooms take turns.
    Costs one call for each room. Raises a LiveKitError if any of them fails: half a list would look
    complete.
    """
    every = list(open_rooms)
    taken = [room for room in every if uncounted or _may_be_taken(room)]
    taken.sort(
        key=lambda room: (
            not first(room),
            uncounted and not room.num_participants,
            -room.creation_time,
            room.name,
        )
    )
    if oldest_too:
        taken = _alternating(taken)
    empty = []
    if uncounted_later:
        empty = [room for room in every if not _may_be_taken(room)]
        empty.sort(key=lambda room: (-room.creation_time, room.name))
    end = min(start + ROOMS, len(taken)) if start < len(taken) else start + ROOMS
    chosen = [room.name for room in [*taken, *empty][start:end]]
    found = await in_rooms(livekit, chosen)
    return found, RoomScan(start, len(chosen), len(taken) + len(empty), len(empty))


async def in_rooms(livekit: LiveKit, names: Sequence[str]) -> Found:
    """Return the participants of these rooms, by one LiveKit call each; the caller bounds it."""
    turn = asyncio.Semaphore(AT_A_TIME)
    present = await asyncio.gather(*(_in_room(livekit, name, turn) for name in names))
    return [(name, who) for name, people in zip(names, present, strict=True) for who in people]


def _alternating(rooms: Sequence[models.Room]) -> list[models.Room]:
    """Return the first, the last, the second, the second to last, and so on."""
    pairs = zip_longest(rooms[: (len(rooms) + 1) // 2], reversed(rooms[(len(rooms) + 1) // 2 :]))
    return [room for pair in pairs for room in pair if room is not None]


def _may_be_taken(room: models.Room) -> bool:
    return room.num_participants > 0 or time.time() - room.creation_time < FRESH_SECONDS


async def _in_room(
    livekit: LiveKit, name: str, turn: asyncio.Semaphore
) -> Iterable[models.ParticipantInfo]:
    async with turn:
        return await participants.listed(livekit, name)
