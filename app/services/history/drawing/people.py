"""Who was in a session and when: connections and tracks by identity, of a part of its time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.history.connections import Connection, connection_of
from app.services.history.drawing.presence import presence, steps
from app.services.history.drawing.scale import Window
from app.services.history.sessions import Session
from app.services.history.states import LOST, NOT_PEOPLE, LeaveReason, Source, named
from app.services.livekit.enums import Newer
from app.services.rooms.states import ParticipantKind
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import CONNECTIONS, TRACKS
from app.store.store import Store

MOST_CONNECTIONS = 3_000  # of all lanes that are shown
MOST_TRACKS = 5_000
MOST_COUNTED = 10_000  # connections that figures and the curve of participants are of


@dataclass(frozen=True, slots=True)
class PastTrack:
    """A track while it was published."""

    sid: str
    source: Source | Newer
    type: str
    published_at: datetime
    published_inferred: bool
    unpublished_at: datetime | None
    unpublished_inferred: bool


@dataclass(frozen=True, slots=True)
class Person:
    """An identity in a session: its connections in the order in which they began, and its tracks.

    The newest connection with a name gives it.
    """

    identity: str
    connections: Sequence[Connection]
    tracks: Sequence[PastTrack]

    @property
    def name(self) -> str:
        """The last name it had, or else its identity."""
        names = [each.name for each in self.connections if each.name]
        return names[-1] if names else self.identity

    @property
    def kind(self) -> ParticipantKind | Newer:
        """What it is."""
        return self.connections[-1].kind

    @property
    def joined_at(self) -> datetime:
        """When it joined first."""
        return self.connections[0].joined_at

    @property
    def last(self) -> Connection:
        """The connection that ended last, or is open."""
        is_open = [each for each in self.connections if each.left_at is None]
        ended = max(self.connections, key=lambda each: (each.left_at or each.joined_at, each.sid))
        return is_open[-1] if is_open else ended

    @property
    def present(self) -> timedelta | None:
        """How long it was there, connections that overlap counted once; None while one is open."""
        joins = [
            ("", each.joined_at, each.left_at) for each in self.connections if not each.aborted
        ]
        total = timedelta()
        for since, until in presence(joins):
            if until is None:
                return None
            total += until - since
        return total

    @property
    def aborted(self) -> int:
        """How many of its joins were aborted."""
        return sum(each.aborted for each in self.connections)

    @property
    def lost(self) -> int:
        """How many of its connections were lost."""
        return sum(is_lost(each) for each in self.connections)

    @property
    def again(self) -> int:
        """How often it came back: connections that became active, but the first."""
        return max(sum(not each.aborted for each in self.connections) - 1, 0)


@dataclass(frozen=True, slots=True)
class Counted:
    """Figures of a session's connections; `whole` if these are all of them.

    `steps` are how many people and calls were there from which moment on; `present` is the time of
    all of them together until now, None if these are not all.
    """

    whole: bool
    steps: Sequence[tuple[datetime, int]]
    present: timedelta | None
    aborted: int
    inferred: int


def is_lost(connection: Connection) -> bool:
    """Return whether a connection ended although nobody ended it."""
    reason = connection.reason
    return not connection.aborted and isinstance(reason, LeaveReason) and reason in LOST


async def people(store: Store, session: Session, window: Window, most: int) -> list[Person]:
    """Return who was there in a part of the time, by first join: one more than `most` if more were.

    Raises StoreError.
    """
    async with store.read() as connection:
        identities = list(
            (await connection.execute(_identities(session, window, most + 1))).scalars()
        )
        connections = await _connections(connection, session, identities)
        tracks = await _tracks(connection, [each.sid for each in connections])
    by_identity: dict[str, list[Connection]] = defaultdict(list)
    for each in connections:
        by_identity[each.identity].append(each)
    return [
        Person(
            identity,
            by_identity[identity],
            [track for each in by_identity[identity] for track in tracks.get(each.sid, ())],
        )
        for identity in identities
        if by_identity[identity]
    ]


async def counted(store: Store, session: Session, now: datetime) -> Counted:
    """Return figures of the session's connections, up to MOST_COUNTED. Raises StoreError."""
    rows = CONNECTIONS.c
    columns = (rows.identity, rows.joined_at, rows.left_at, rows.kind, rows.hidden, rows.aborted)
    query = select(*columns, rows.joined_inferred, rows.left_inferred)
    query = query.where(rows.server == DEFAULT_SERVER, rows.room_sid == session.sid)
    async with store.read() as connection:
        found = (await connection.execute(query.limit(MOST_COUNTED + 1))).all()
    whole = len(found) <= MOST_COUNTED
    there = [row for row in found if not (row.aborted or row.hidden or row.kind in NOT_PEOPLE)]
    spans = list(presence([(row.identity, row.joined_at, row.left_at) for row in there]))
    present = [(until or now) - since for since, until in spans]
    return Counted(
        whole,
        steps(spans),
        sum(present, timedelta()) if whole else None,
        sum(row.aborted for row in found),
        sum(row.joined_inferred or row.left_inferred for row in found),
    )


def _identities(session: Session, window: Window, most: int) -> Select[Any]:
    rows = CONNECTIONS.c
    first = func.min(rows.joined_at)
    query = select(rows.identity).where(
        rows.server == DEFAULT_SERVER,
        rows.room_sid == session.sid,
        rows.joined_at <= window.until,
    )
    if window.since > session.started_at:
        query = query.where(rows.left_at.is_(None) | (rows.left_at >= window.since))
    return query.group_by(rows.identity).order_by(first, rows.identity).limit(most)


async def _connections(
    connection: AsyncConnection, session: Session, identities: Sequence[str]
) -> list[Connection]:
    if not identities:
        return []
    rows = CONNECTIONS.c
    query = select(CONNECTIONS).where(
        rows.server == DEFAULT_SERVER,
        rows.room_sid == session.sid,
        rows.identity.in_(identities),
    )
    found = [connection_of(row) for row in await connection.execute(query.limit(MOST_CONNECTIONS))]
    return sorted(found, key=lambda each: (each.joined_at, each.sid))


async def _tracks(
    connection: AsyncConnection, participants: Sequence[str]
) -> dict[str, list[PastTrack]]:
    """Return tracks by the SID of their participant, in the order in which they were published."""
    if not participants:
        return {}
    rows = TRACKS.c
    query = select(TRACKS).where(
        rows.server == DEFAULT_SERVER, rows.participant_sid.in_(participants)
    )
    found: dict[str, list[PastTrack]] = defaultdict(list)
    for row in await connection.execute(query.limit(MOST_TRACKS)):
        found[row.participant_sid].append(
            PastTrack(
                row.sid,
                named(Source, row.source),
                row.type.lower(),
                row.published_at,
                row.published_inferred,
                row.unpublished_at,
                row.unpublished_inferred,
            )
        )
    for tracks in found.values():
        tracks.sort(key=lambda track: (track.published_at, track.sid))
    return found
