"""Identities, names and numbers for those who may not see personal data.

Each person gets a number of the page, so that rows can be distinguished; on another page, the
same person has another one.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import count

from app.services.history.calls import CallRecord
from app.services.history.connections import Connection
from app.services.livekit.enums import Newer
from app.services.rooms.states import ParticipantKind

WORDS = {
    ParticipantKind.AGENT: "Agent",
    ParticipantKind.SIP: "Caller",
    ParticipantKind.INGRESS: "Ingress",
    ParticipantKind.EGRESS: "Recorder",
}


class Masking:
    """The masks of one page; `on` for those without the permission."""

    def __init__(self, on: bool) -> None:
        self.on = on
        self._numbers: dict[str, dict[str, int]] = defaultdict(_numbered)

    def person(self, identity: str, kind: ParticipantKind | Newer) -> str:
        """Return an identity, or its mask."""
        if not self.on:
            return identity
        word = (
            WORDS.get(kind, "Participant") if isinstance(kind, ParticipantKind) else "Participant"
        )
        return f"{word} {self._numbers[word][identity]}"

    def connection(self, connection: Connection) -> Connection:
        """Return a connection as it may be shown."""
        if not self.on:
            return connection
        identity = self.person(connection.identity, connection.kind)
        return replace(connection, identity=identity, name="")

    def call(self, call: CallRecord) -> CallRecord:
        """Return a call as it may be shown."""
        if not self.on:
            return call
        return replace(
            call,
            from_number=self.number(call.from_number),
            to_number=self.number(call.to_number),
            identity=self.person(call.identity, ParticipantKind.SIP),
        )

    def number(self, number: str) -> str:
        """Return a phone number, or its mask; nothing for none."""
        if not self.on or not number:
            return number
        return f"Number {self._numbers['Number'][number]}"


class _Numbered(dict[str, int]):
    """Numbers its keys from 1, in the order in which they are first asked for."""

    def __init__(self) -> None:
        self._next: Callable[[], int] = count(1).__next__

    def __missing__(self, key: str) -> int:
        self[key] = self._next()
        return self[key]


def _numbered() -> dict[str, int]:
    return _Numbered()
