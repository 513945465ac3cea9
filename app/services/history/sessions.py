"""Sessions: rooms from their start to their end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, select

from app.errors import NotFound
from app.services.audit.writing import storable
from app.services.history.lists.ranges import ALWAYS, Range
from app.services.history.states import RoomEnd, named
from app.services.livekit.enums import Newer
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import SESSIONS
from app.store.store import Store

Kind = Literal["", "calls", "agents", "ingress", "recording"]
Longer = Literal["", "1min", "10min", "1h", "6h", "24h"]
LONGER = {
    "1min": timedelta(minutes=1),
    "10min": timedelta(minutes=10),
    "1h": timedelta(hours=1),
    "6h": timedelta(hours=6),
    "24h": timedelta(hours=24),
}


@dataclass(frozen=True, slots=True)
class Session:
    """A session; what is inferred was not reported, but concluded from LiveKit's lists.

    One whose end is inferred ended between `ended_after`, if that is known, and `ended_at`.
    `participants` and `peak` are people and calls; `failures` are aborted joins, and failed egress,
    ingress and calls.
    """

    sid: str
    room: str
    started_at: datetime
    started_inferred: bool
    ended_at: datetime | None
    ended_inferred: bool
    ended_after: datetime | None
    end_reason: RoomEnd | Newer
    participants: int
    peak: int
    agents: int
    calls: int
    egress: int
    ingress: int
    failures: int

    @property
    def inferred(self) -> bool:
        """Return whether its start or its end is inferred."""
        return self.started_inferred or self.ended_inferred

    @property
    def duration(self) -> timedelta | None:
        """How long it took; None for one that is open."""
        return self.ended_at - self.started_at if self.ended_at else None

    @property
    def is_open(self) -> bool:
        """Return whether it has not ended."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sessions are listed; what is empty does not restrict them.

    `room` is a name, or a pattern in which `*` stands for anything. `identity` was in them.
    """

    room: str = ""
    identity: str = ""
    kind: Kind = ""
    errors: bool = False
    longer: Longer = ""
    open: bool = False
    started: Range = ALWAYS
    server: str = DEFAULT_SERVER


async def get(store: Store, sid: str, server: str = DEFAULT_SERVER) -> Session:
    """Return a session. Raises NotFound and StoreError."""
    query = select(SESSIONS).where(SESSIONS.c.server == server, SESSIONS.c.sid == storable(sid))
    async with store.read() as connection:
        row = (await connection.execute(query)).first()
    if row is None:
        raise NotFound(f"History has no session {sid}.")
    return session_of(row)


async def last(store: Store, room: str) -> Session | None:
    """Return the newest session of a room, or None. Raises StoreError."""
    rows = SESSIONS.c
    query = select(SESSIONS).where(rows.server == DEFAULT_SERVER, rows.room == storable(room))
    async with store.read() as connection:
        row = (await connection.execute(query.order_by(rows.started_at.desc()).limit(1))).first()
    return session_of(row) if row else None


async def beside(store: Store, session: Session) -> tuple[str | None, str | None]:
    """Return the SIDs of the same room's sessions before and after one. Raises StoreError."""
    rows = SESSIONS.c
    own = [rows.server == DEFAULT_SERVER, rows.room == session.room]
    before = select(rows.sid).where(*own, rows.started_at < session.started_at)
    after = select(rows.sid).where(*own, rows.started_at > session.started_at)
    async with store.read() as connection:
        older = await connection.execute(before.order_by(rows.started_at.desc()).limit(1))
        newer = await connection.execute(after.order_by(rows.started_at).limit(1))
        return older.scalar(), newer.scalar()


def session_of(row: Row[Any]) -> Session:
    """Return the record of a row."""
    return Session(
        row.sid,
        row.room,
        row.started_at,
        row.started_inferred,
        row.ended_at,
        row.ended_inferred,
        row.ended_after,
        named(RoomEnd, row.end_reason, strip="ROOM_END_"),
        row.participants,
        row.peak,
        row.agents,
        row.calls,
        row.egress,
        row.ingress,
        row.failures,
    )
