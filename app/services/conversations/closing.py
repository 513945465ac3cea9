"""Close conversations whose agent never uploaded the end: it crashed, or was killed.

What LiveKit saw decides, in this order: the agent's participant has left, the session has ended.
If history has nothing of either, a conversation ends when nothing was heard of it for a while. A
later upload that names the end wins (writing/summaries.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, Select, and_, case, func, or_, select, tuple_, update

from app.live.hub import Hub
from app.services.conversations.deleting.deleting import publish
from app.services.conversations.writing.summaries import summarize
from app.store.schema import CONNECTIONS, CONVERSATIONS, SESSIONS
from app.store.store import Store

ROWS = CONVERSATIONS.c
MOST = 500  # conversations that a round checks; the next one goes on after them
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
            query = query.where(tuple_(ROWS.started_at, ROWS.job) > tuple_(*self._after_values()))
        query = query.order_by(ROWS.started_at, ROWS.job).limit(MOST)
        return [Open(*row) for row in connection.execute(query)]
