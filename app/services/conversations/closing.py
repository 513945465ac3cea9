"""Close conversations whose agent never uploaded the end: it crashed, or was killed.

What LiveKit saw decides, in this order: the agent's participant has left, the session has ended.
If history has nothing of either, a conversation ends when nothing was received for a while. A
later upload that names the end wins (writing/summaries.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, Select, and_, case, func, or_, select, update

from app.live.hub import Hub
from app.services.conversations.deleting.deleting import publish
from app.services.conversations.writing.summaries import summarize
from app.store.schema import CONNECTIONS, CONVERSATIONS, SESSIONS
from app.store.store import Store

ROWS = CONVERSATIONS.c
MOST = 500  # conversations that a round checks; the next one continues after them
TOGETHER = 20  # of one transaction
# The agent uploads the end while it leaves.
LEAVING = timedelta(seconds=10)
# An agent whose identity nobody knows may have joined before history knows of it.
SILENT = timedelta(minutes=1)
FORGOTTEN = timedelta(minutes=15)  # without any upload, metrics included
AGENT = "AGENT"  # ParticipantInfo.Kind
IDENTITY = "agent-"  # of the job (livekit-agents, JobRequest.accept)

log = structlog.get_logger("conversations")


@dataclass(frozen=True, slots=True)
class Open:
    """A conversation without an end, or with one that was inferred."""

    job: str
    room_sid: str
    started_at: datetime
    heard_at: datetime
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Presence:
    """When the last of some participants left, and how many are still there."""

    left_at: datetime | None
    present: int


@dataclass(frozen=True, slots=True)
class Seen:
    """What history has of conversations: by identity and room, and by room."""

    agents: Mapping[tuple[str, str], Presence]  # by identity and room SID
    others: Mapping[str, Presence]  # participants that are agents, by room SID
    sessions: Mapping[str, datetime | None]  # their ends, by room SID


class Closer:
    """Closes conversations of one server; remembers up to where it checked them."""

    def __init__(self, store: Store, hub: Hub, server: str) -> None:
        self._store, self._hub, self._server = store, hub, server
        self._after: tuple[datetime, str] | None = None

    async def round(self) -> list[str]:
        """Check some conversations, and return the jobs that changed. Raises StoreError."""
        now = datetime.now(UTC)
        async with self._store.read() as connection:
            found = await connection.run_sync(self._open)
            doubted = await connection.run_sync(_doubted, self._server, now)
            rows = list({each.job: each for each in (*found, *doubted)}.values())
            seen = await connection.run_sync(_seen, self._server, rows)
        last = found[-1] if len(found) == MOST else None
        self._after = (last.started_at, last.job) if last else None
        wanted = [(each, gone_at(each, seen, now)) for each in rows]
        changes = [(each, gone) for each, gone in wanted if gone != each.gone_at]
        changes.sort(key=lambda change: change[0].job)  # locked in the order of uploads
        changed: list[str] = []
        for start in range(0, len(changes), TOGETHER):
            some = changes[start : start + TOGETHER]
            async with self._store.write() as connection:
                changed += await connection.run_sync(_write, self._server, some)
        if changed:
            log.info("closed", conversations=len(changed))
            publish(self._hub, changed)
        return changed

    def _open(self, connection: Connection) -> list[Open]:
        query = _rows(self._server).where(ROWS.ended_at.is_(None))
        if self._after:
            at, job = self._after
            later = and_(ROWS.started_at == at, ROWS.job > job)
            query = query.where(or_(ROWS.started_at > at, later))
        query = query.order_by(ROWS.started_at, ROWS.job).limit(MOST)
        return [Open(*row) for row in connection.execute(query)]


def gone_at(one: Open, seen: Seen, now: datetime) -> datetime | None:
    """Return when the agent of a conversation was gone; None if it may still be there."""
    own = seen.agents.get((one.job, one.room_sid)) or seen.agents.get((one.job, ""))
    others = seen.others.get(one.room_sid) if own is None else None
    left: datetime | None = None
    if own is not None and not own.present:
        left = own.left_at
    elif others is not None and not others.present and one.heard_at < now - SILENT:
        # one that left before this conversation began was the agent of another
        left = others.left_at if others.left_at and others.left_at > one.started_at else None
    left = left or seen.sessions.get(one.room_sid)
    if left is not None:
        return left if left < now - LEAVING else None
    if (own and own.present) or (others and others.present):
        return None
    return one.heard_at if one.heard_at < now - FORGOTTEN else None


def _rows(server: str) -> Select[Any]:
    columns = (ROWS.job, ROWS.room_sid, ROWS.started_at, ROWS.heard_at, ROWS.gone_at)
    return select(*columns).where(ROWS.server == server)


def _doubted(connection: Connection, server: str, now: datetime) -> list[Open]:
    """Return conversations that were closed, and of which something was heard since."""
    query = _rows(server).where(
        ROWS.heard_at > now - FORGOTTEN,
        ROWS.ended_inferred,
        ROWS.session_ended_at.is_(None),
        ROWS.heard_at > ROWS.gone_at,
    )
    query = query.order_by(ROWS.heard_at.desc()).limit(MOST)
    return [Open(*row) for row in connection.execute(query)]


def _seen(connection: Connection, server: str, rows: Sequence[Open]) -> Seen:
    columns, rooms = CONNECTIONS.c, {each.room_sid for each in rows if each.room_sid}
    agents = columns.server == server, columns.kind == AGENT
    figures = func.max(columns.left_at), func.sum(case((columns.left_at.is_(None), 1), else_=0))
    identities = {f"{IDENTITY}{each.job}": each for each in rows}
    own: dict[tuple[str, str], Presence] = {}
    named = select(columns.identity, columns.room_sid, *figures)
    named = named.where(*agents, columns.identity.in_(identities))
    for row in connection.execute(named.group_by(columns.identity, columns.room_sid)):
        one = identities[row[0]]
        # the room's SID is empty if no upload named it
        own[one.job, row[1] if one.room_sid else ""] = Presence(row[2], row[3])
    others = select(columns.room_sid, *figures).where(*agents, columns.room_sid.in_(rooms))
    ends = select(SESSIONS.c.sid, SESSIONS.c.ended_at)
    ends = ends.where(SESSIONS.c.server == server, SESSIONS.c.sid.in_(rooms))
    return Seen(
        own,
        {
            row[0]: Presence(row[1], row[2])
            for row in connection.execute(others.group_by(columns.room_sid))
        },
        {row[0]: row[1] for row in connection.execute(ends)},
    )


def _write(
    connection: Connection, server: str, changes: Sequence[tuple[Open, datetime | None]]
) -> list[str]:
    """Write when agents were gone, unless something was received since they were read."""
    changed = []
    for one, gone in changes:
        mine = ROWS.server == server, ROWS.job == one.job, ROWS.heard_at == one.heard_at
        written = update(CONVERSATIONS).where(*mine, ROWS.session_ended_at.is_(None))
        if connection.execute(written.values(gone_at=gone)).rowcount:
            summarize(connection, server, one.job)
            changed.append(one.job)
    return changed
