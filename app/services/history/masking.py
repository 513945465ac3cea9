"""Identities, names and numbers for those who may not see personal data.

Each person gets a number of the page, so that rows can be distinguished; on another page, the
same person has another one. Names of rooms may contain the number of a caller, as those do that
LiveKit's dispatch rules make.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any, TypeVar

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
# Phone numbers in a name: with a plus sign, ten or more digits, three groups as in North
# America, or a name of digits only. What looks like one, such as a time in seconds, is masked too.
NUMBERS = re.compile(
    r"\+\d(?:[ .()-]{0,2}\d){6,14}\d*"
    r"|\d{10,}"
    r"|(?<!\d)\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)"
    r"|\A\d{7,9}\Z"
)
Record = TypeVar("Record")


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
        return replace(self.in_room(connection), identity=identity, name="")

    def call(self, call: CallRecord) -> CallRecord:
        """Return a call as it may be shown."""
        if not self.on:
            return call
        return replace(
            self.in_room(call),
            from_number=self.number(call.from_number),
            to_number=self.number(call.to_number),
            identity=self.person(call.identity, ParticipantKind.SIP),
        )

    def number(self, number: str) -> str:
        """Return a phone number, or its mask; nothing for none."""
        if not self.on or not number:
            return number
        return f"Number {self._numbers['Number'][number]}"

    def room(self, name: str) -> str:
        """Return the name of a room, with masks in place of phone numbers."""
        return NUMBERS.sub(lambda found: self.number(found[0]), name) if self.on else name

    def in_room(self, record: Record) -> Record:
        """Return a dataclass with the name of its `room` as it may be shown."""
        if not self.on:
            return record
        shown: Any = record
        masked: Record = replace(shown, room=self.room(shown.room))
        return masked


class _Numbered(dict[str, int]):
    """Numbers its keys from 1, in the order in which they are first asked for."""

    def __init__(self) -> None:
        self._next: Callable[[], int] = count(1).__next__

    def __missing__(self, key: str) -> int:
        self[key] = self._next()
        return self[key]


def _numbered() -> dict[str, int]:
    return _Numbered()
