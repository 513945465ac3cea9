"""What really happened on a server, written down by those who did it."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from livekit.api import DeleteRoomRequest

from dev.participants import Crowd, Participant


@dataclass(slots=True)
class Presence:
    """A connection: it began and ended within a moment each; `known` if LiveKit could say so."""

    room: str
    identity: str
    joined: tuple[datetime, datetime]
    left: tuple[datetime, datetime] | None = None
    known: bool = True


@dataclass(slots=True)
class Story:
    """Lets people come and go at random, and keeps the truth about it, by participant SID."""

    crowd: Crowd
    livekit: Callable[..., Any]
    random: random.Random
    truth: dict[str, Presence] = field(default_factory=dict)
    _there: dict[str, Participant] = field(default_factory=dict)

    def join(self, room: str, number: int, *, again: bool = False) -> None:
        """Let some people join; with `again`, as identities that are there already."""
        if again:
            there = [sid for sid in self._there if self.truth[sid].room == room]
            chosen = self.random.sample(there, min(number, len(there)))
            identities = [self.truth[sid].identity for sid in chosen]
        else:
            chosen = []
            identities = [f"who-{self.random.randrange(10**9)}" for _ in range(number)]
        began = datetime.now(UTC)
        audio = self.random.random() < 0.25
        joined = self.crowd.join_all(room, identities, audio=audio)
        moment = began, datetime.now(UTC)
        for who in joined:
            self.truth[who.sid] = Presence(room, who.identity, moment)
            self._there[who.sid] = who
        for sid in chosen:
            self._gone(sid, moment)

    def leave(self, room: str, number: int) -> None:
        """Let some people leave."""
        there = [sid for sid in self._there if self.truth[sid].room == room]
        chosen = self.random.sample(there, min(number, len(there)))
        began = datetime.now(UTC)
        self.crowd.leave(self._there[sid] for sid in chosen)
        for sid in chosen:
            self._gone(sid, (began, datetime.now(UTC)))

    def delete(self, room: str) -> None:
        """Delete a room."""
        began = datetime.now(UTC)
        self.livekit(lambda api: api.room.delete_room(DeleteRoomRequest(room=room)))
        self._all_gone(began, lambda presence: presence.room == room)

    def crash(self, kill: Callable[[], None]) -> None:
        """Let the server be killed; people don't come back."""
        began = datetime.now(UTC)
        kill()
        self._all_gone(began, lambda _: True, known=False)
        self.crowd.leave_all()

    def alive(self) -> set[str]:
        """Return the SIDs of those who are there."""
        return set(self._there)

    def _all_gone(
        self, began: datetime, chosen: Callable[[Presence], bool], *, known: bool = True
    ) -> None:
        moment = began, datetime.now(UTC)
        for sid in [sid for sid in self._there if chosen(self.truth[sid])]:
            self._gone(sid, moment, known=known)

    def _gone(self, sid: str, moment: tuple[datetime, datetime], *, known: bool = True) -> None:
        self._there.pop(sid)
        self.truth[sid].left, self.truth[sid].known = moment, known
