"""Real participants for code without an event loop.

    with Crowd(url, key, secret) as crowd:
        ada = crowd.join("standup", "ada", audio=True, video=True)

In an event loop use `join` of dev.guests.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterable
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack

from livekit import rtc

from dev.guests import Guest, Guise, Server, join
from dev.media import SOURCES

T = TypeVar("T")
PATIENCE = 120.0
CONCURRENT = 10


class Participant:
    """A participant of a Crowd, as seen from code without an event loop."""

    def __init__(self, crowd: Crowd, guest: Guest) -> None:
        """Wrap a guest that lives in the crowd's event loop."""
        self._crowd = crowd
        self._guest = guest
        self.identity = guest.room.local_participant.identity
        self.sid = guest.room.local_participant.sid

    @property
    def connected(self) -> bool:
        """True while it is in the room."""
        # not the SDK's flag, which changes a moment before the reason is known
        return not self._guest.ended.is_set()

    @property
    def disconnect_reason(self) -> str:
        """Why it left, such as PARTICIPANT_REMOVED; empty while it is in the room."""
        return self._guest.reason

    @property
    def room(self) -> rtc.Room:
        """The SDK's room, for reading only, because it belongs to another thread."""
        return self._guest.room

    @property
    def received(self) -> list[tuple[str, bytes]]:
        """Received data packets: topic and payload."""
        return list(self._guest.received)

    @property
    def track_sids(self) -> dict[str, str]:
        """SIDs of its tracks by source: microphone, camera, screen_share."""
        return {source: track.sid for source, track in self._published().items()}

    @property
    def muted(self) -> dict[str, bool]:
        """The muted state of its tracks, by source."""
        return {source: track.muted for source, track in self._published().items()}

    @property
    def subscribed(self) -> set[str]:
        """SIDs of the other participants' tracks that it receives."""
        others = list(self._guest.room.remote_participants.values())
        tracks = [track for other in others for track in list(other.track_publications.values())]
        return {track.sid for track in tracks if track.track is not None}

    def _published(self) -> dict[str, rtc.LocalTrackPublication]:
        names = {number: name for name, number in SOURCES.items()}
        tracks = list(self._guest.room.local_participant.track_publications.values())
        return {names[track.source]: track for track in tracks}

    def publish(self, *sources: str, **guise: Unpack[Guise]) -> list[str]:
        """Publish microphone, camera, screen_share; return the SIDs once the server lists them."""
        return self._crowd.wait_for(self._guest.publish(*sources, **guise))

    def leave(self) -> None:
        """Leave the room."""
        self._crowd.wait_for(self._guest.leave())


class Crowd:
    """Participants in a separate thread with its own event loop."""

    def __init__(self, url: str, api_key: str, api_secret: str) -> None:
        """Start the thread; nobody joins yet."""
        self._server = Server(url, api_key, api_secret)
        self._guests: list[Guest] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="crowd", daemon=True)
        self._thread.start()

    def wait_for(self, work: Coroutine[Any, Any, T], patience: float = PATIENCE) -> T:
        """Run a coroutine in the crowd's event loop, and wait for its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(patience)

    def join(self, room: str, identity: str, **guise: Unpack[Guise]) -> Participant:
        """Join a room; return when the server lists the participant and its tracks."""
        return self.wait_for(self._join(room, identity, guise))

    def join_all(
        self, room: str, identities: Iterable[str], **guise: Unpack[Guise]
    ) -> list[Participant]:
        """Let many participants join a room, some of them concurrently."""
        names = list(identities)
        gate = asyncio.Semaphore(CONCURRENT)

        async def join_one(identity: str) -> Participant:
            async with gate:
                return await self._join(room, identity, guise)

        async def join_everyone() -> list[Participant]:
            return list(await asyncio.gather(*(join_one(identity) for identity in names)))

        return self.wait_for(join_everyone(), patience=PATIENCE + len(names))

    async def _join(self, room: str, identity: str, guise: Guise) -> Participant:
        guest = await join(self._server, room, identity, **guise)
        self._guests.append(guest)
        return Participant(self, guest)

    async def _disperse(self) -> None:
        guests, self._guests = self._guests, []
        await asyncio.gather(*(guest.leave() for guest in guests), return_exceptions=True)

    def leave(self, participants: Iterable[Participant]) -> None:
        """Let some participants leave at one time."""

        async def together() -> None:
            await asyncio.gather(*(each._guest.leave() for each in leaving))

        leaving = list(participants)
        self.wait_for(together(), patience=PATIENCE + len(leaving))

    def leave_all(self) -> None:
        """Let all participants leave; others may join later."""
        self.wait_for(self._disperse())

    def close(self) -> None:
        """Let all participants leave, and end the thread."""
        if self._loop.is_closed():
            return
        self.leave_all()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        """Return the crowd."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let all participants leave."""
        self.close()
