"""What LiveKit itself says, asked without the dashboard; and names that are hard on addresses."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from livekit import api

from dev.participants import Crowd, Participant
from dev.stack import Stack
from tests.support.waiting import until

Ask = Callable[..., Any]
DIAL = "/sip/calls/-/new"

# Each works as a room's name and as an identity: LiveKit takes any text of 256 bytes.
ODD = {
    "slash": "a/b",
    "dots": "..",
    "percent": "%2F",
    "query": "?x=1&y=2#z",
    "quotes": 'o\'neil "quoted" `tick`',
    "markup": "<script>alert(1)</script>",
    "emoji": "🎥 ünïcode",
    "right-to-left": "مرحبا \u202e بالعالم",
    "250 bytes": "é" * 125,
}


def opened(livekit: Ask, name: str) -> Any:
    """Return the room, or None where it is not open."""
    rooms = livekit("room.list_rooms", api.ListRoomsRequest(names=[name])).rooms
    return rooms[0] if rooms else None


def free_name(stem: str) -> Any:
    """Make a fixture: a name that no room has; a room that got it is deleted after the test."""

    @pytest.fixture
    def name(livekit: Ask) -> Iterator[str]:
        chosen = f"{stem}-{secrets.token_hex(4)}"
        yield chosen
        if opened(livekit, chosen):
            livekit("room.delete_room", api.DeleteRoomRequest(room=chosen))

    return name


def all_rooms(livekit: Ask, part: str = "") -> list[Any]:
    """Return the open rooms with `part` in their name."""
    rooms = livekit("room.list_rooms", api.ListRoomsRequest()).rooms
    return [room for room in rooms if part in room.name]


def people(livekit: Ask, room: str) -> dict[str, Any]:
    """Return who is in the room, by identity."""
    answer = livekit("room.list_participants", api.ListParticipantsRequest(room=room))
    return {person.identity: person for person in answer.participants}


def end_room(stack: Stack, crowd: Crowd, room: str, there: list[Participant]) -> None:
    """End the room, which is the quickest way to let everybody leave it."""

    async def end() -> None:
        async with api.LiveKitAPI(stack.url, stack.api_key, stack.api_secret) as livekit:
            with suppress(api.TwirpError):  # the test itself may have ended it
                await livekit.room.delete_room(api.DeleteRoomRequest(room=room))

    crowd.wait_for(end())
    until(lambda: not any(participant.connected for participant in there))
    for participant in there:
        participant.leave()


def muted(livekit: Ask, room: str, identity: str) -> list[bool]:
    """Return whether each of the participant's tracks is muted."""
    return [track.muted for track in people(livekit, room)[identity].tracks]


def phone_number() -> str:
    """Return a number that nobody else calls."""
    return f"+1555{secrets.randbelow(10**7):07}"
