"""Looks into rooms: LiveKit lists participants one room at a time, so a look has a bound.

It goes into `ROOMS` rooms at most, those with somebody in them and the newest first; what was not
looked into is said.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from livekit.protocol import models

from app.services.livekit.client import LiveKit
from app.services.rooms import participants

ROOMS = 100  # looked into at once
AT_A_TIME = 20  # questions under way together
FRESH_SECONDS = 10  # ListRooms counts a newcomer up to 5 s late

Found = list[tuple[str, models.ParticipantInfo]]


@dataclass(frozen=True, slots=True)
class RoomScan:
    """Where was looked: so many of the rooms that come into question, from `start` on."""

    start: int
    scanned: int
    rooms: int

    @property
    def remaining(self) -> int:
        """How many rooms were not looked into."""
        return self.rooms - self.scanned

    @property
    def after(self) -> int | None:
        """Where the next look would start; None where this one came to the end."""
        end = self.start + self.scanned
        return end if end < self.rooms else None


def _nothing(_room: models.Room) -> bool:
    return False


async def scan_rooms(
    livekit: LiveKit,
    open_rooms: Iterable[models.Room],
    start: int = 0,
    *,
    first: Callable[[models.Room], bool] = _nothing,
    uncounted: bool = False,
) -> tuple[Found, RoomScan]:
    """Give who is in the rooms that are looked into, each with the room's name, and which it was.

    Rooms that `first` is true of go before the others. `uncounted`: those in which LiveKit counts
    nobody come into question too, last: it does not count agents, egress and recorders. Costs a
    call for each room. Raises a LiveKitError where any of them fails: half a list would look like
    a whole one.
    """
    taken = [room for room in open_rooms if uncounted or _may_be_taken(room)]
    taken.sort(
        key=lambda room: (
            not first(room),
            uncounted and not room.num_participants,
            -room.creation_time,
            room.name,
        )
    )
    chosen = [room.name for room in taken[start : start + ROOMS]]
    turn = asyncio.Semaphore(AT_A_TIME)
    there = await asyncio.gather(*(_in_room(livekit, name, turn) for name in chosen))
    found = [(name, who) for name, people in zip(chosen, there, strict=True) for who in people]
    return found, RoomScan(start, len(chosen), len(taken))


def _may_be_taken(room: models.Room) -> bool:
    return room.num_participants > 0 or time.time() - room.creation_time < FRESH_SECONDS


async def _in_room(
    livekit: LiveKit, name: str, turn: asyncio.Semaphore
) -> Iterable[models.ParticipantInfo]:
    async with turn:
        return await participants.listed(livekit, name)
