"""Connections: participants from join to leave, newest first."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, TextClause, literal_column, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.audit.writing import storable
from app.services.history.lists import walking
from app.services.history.lists.ranges import ALWAYS, Range, in_range
from app.services.history.lists.walking import Cursor, Found, Place, Walk, apart, few, walked
from app.services.history.states import LeaveReason, named
from app.services.livekit.enums import Newer
from app.services.rooms.states import ParticipantKind
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import CONNECTIONS
from app.store.store import Store

NOT_REPORTED = Newer("not reported")
# as the conditions of their indexes have it
ABORTED = text("connections.aborted")
STANDARD: ColumnElement[str] = literal_column("'STANDARD'")


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection; what is inferred was not reported, but concluded from LiveKit's lists.

    One whose end is inferred ended between `left_after`, if that is known, and `left_at`. One that
    was `aborted` never became active.
    """

    sid: str
    session: str
    room: str
    identity: str
    name: str
    kind: ParticipantKind | Newer
    hidden: bool
    joined_at: datetime
    joined_inferred: bool
    left_at: datetime | None
    left_inferred: bool
    left_after: datetime | None
    reason: LeaveReason | Newer
    aborted: bool

    @property
    def inferred(self) -> bool:
        """Return whether its start or its end is inferred."""
        return self.joined_inferred or self.left_inferred

    @property
    def duration(self) -> timedelta | None:
        """How long it took; None for one that is open."""
        return self.left_at - self.joined_at if self.left_at else None

    @property
    def label(self) -> str:
        """The name, or else the identity."""
        return self.name or self.identity


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which connections are listed; what is empty does not restrict them.

    `room` is a name, or a pattern in which `*` stands for anything; `session` is a room's SID.
    """

    identity: str = ""
    room: str = ""
    kind: ParticipantKind | str = ""
    aborted: bool = False
    joined: Range = ALWAYS
    server: str = DEFAULT_SERVER


async def page(store: Store, wanted: Wanted, place: Place) -> Found[Connection]:
    """Return one page of the connections. Raises StoreError."""
    async with store.read() as connection:
        found = await walked(connection, await _walk(store, connection, wanted), place)
    rows = [connection_of(row) for row in found.rows]
    return Found(rows, found.older, found.newer, found.searched)


def every(store: Store, wanted: Wanted) -> AsyncIterator[Connection]:
    """Yield all connections that match, and read a part at a time. Raises StoreError."""
    return walking.every(lambda place: page(store, wanted, place))


async def of_session(
    store: Store, session: str, size: int, after: Cursor | None = None
) -> Found[Connection]:
    """Return connections of a session, in the order in which they began. Raises StoreError."""
    rows = CONNECTIONS.c
    query = select(CONNECTIONS).where(rows.server == DEFAULT_SERVER, rows.room_sid == session)
    at = apart(rows.joined_at)  # the index of the room knows its connections, not their order
    if after is not None:
        own = tuple_(at, rows.sid)
        query = query.where(own > tuple_(after.at, after.sid, types=[at.type, rows.sid.type]))
    async with store.read() as connection:
        found = list(await connection.execute(query.order_by(at, rows.sid).limit(size + 1)))
    shown = [connection_of(row) for row in found[:size]]
    more = len(found) > size
    return Found(shown, Cursor(shown[-1].joined_at, shown[-1].sid) if more else None)


async def _walk(store: Store, connection: AsyncConnection, wanted: Wanted) -> Walk:
    """Return in which order to read: that of the index which knows most of what is wanted."""
    rows = CONNECTIONS.c
    along: list[ColumnElement[bool] | TextClause] = [rows.server == wanted.server]
    along += in_range(rows.joined_at, wanted.joined)
    beside: list[ColumnElement[bool] | TextClause] = []
    exact = wanted.room and "*" not in wanted.room
    is_taken = False  # by an index: what else is wanted is checked row by row
    if wanted.identity:
        along.append(rows.identity == storable(wanted.identity))
        is_taken = True
    if wanted.aborted:
        (beside if is_taken else along).append(ABORTED)
        is_taken = True
    if exact:
        room = apart(rows.room, "''") if is_taken else rows.room
        (beside if is_taken else along).append(room == storable(wanted.room))
        is_taken = True
    if wanted.kind:
        kind = apart(rows.kind, "''") if is_taken else rows.kind
        (beside if is_taken else along).append(kind == wanted.kind.upper())
        if wanted.kind != ParticipantKind.STANDARD and not is_taken:
            along.append(rows.kind != STANDARD)
    keys = None
    if wanted.room and not exact:
        start = storable(wanted.room.partition("*")[0])
        if start and not is_taken:
            begins = store.dialect.begins(rows.room, start)
            query = select(rows.joined_at, rows.sid).where(rows.server == wanted.server, begins)
            keys = await few(connection, query)
        beside.append(store.dialect.matches(apart(rows.room, "''"), storable(wanted.room)))
    return Walk(list(CONNECTIONS.c), rows.joined_at, rows.sid, along, beside, keys, wanted.joined)


def connection_of(row: Row[Any]) -> Connection:
    """Return the record of a row."""
    return Connection(
        row.sid,
        row.room_sid,
        row.room,
        row.identity,
        row.name,
        named(ParticipantKind, row.kind) if row.kind else NOT_REPORTED,
        row.hidden,
        row.joined_at,
        row.joined_inferred,
        row.left_at,
        row.left_inferred,
        row.left_after,
        named(LeaveReason, row.reason),
        row.aborted,
    )
