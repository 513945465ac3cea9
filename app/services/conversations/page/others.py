"""Conversations to choose from: of the same agent, to compare one with; or those selected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from app.services.audit.writing import storable
from app.services.conversations.counts import COUNTS, counts_of, unreported
from app.services.conversations.page.conversation import Conversation, span
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import CONVERSATIONS
from app.store.store import Store

MOST = 50
ROWS = CONVERSATIONS.c


@dataclass(frozen=True, slots=True)
class Other:
    """What tells conversations apart in a list to choose from."""

    job: str
    agent: str
    room: str
    started_at: datetime
    duration: timedelta | None
    turns: int | None
    response_p95: timedelta | None


async def others(
    store: Store, conversation: Conversation | None, server: str = DEFAULT_SERVER
) -> Sequence[Other]:
    """Return the newest conversations of the same agent but this one; without one, of all agents.

    Raises StoreError.
    """
    query = _query(server)
    if conversation is not None:
        query = query.where(ROWS.agent == conversation.agent, ROWS.job != conversation.job)
    return await _read(store, query.limit(MOST), server)


async def selected(
    store: Store, jobs: Sequence[str], server: str = DEFAULT_SERVER
) -> Sequence[Other]:
    """Return these conversations, newest first, without those that are gone. Raises StoreError."""
    query = _query(server).where(ROWS.job.in_([storable(job) for job in jobs]))
    return await _read(store, query, server)


def _query(server: str) -> Select[Any]:
    names = dict.fromkeys((*Other.__slots__, *COUNTS, "spans", "sdk_version"))
    query = select(*(ROWS[name] for name in names)).where(ROWS.server == server)
    return query.order_by(ROWS.started_at.desc(), ROWS.job.desc())


async def _read(store: Store, query: Select[Any], server: str) -> Sequence[Other]:
    async with store.read() as connection:
        found = (await connection.execute(query)).all()
        silent = await unreported(connection, server, found)
    return [
        Other(
            row.job,
            row.agent,
            row.room,
            row.started_at,
            span(row.duration),
            counts_of(row, silent)["turns"],
            span(row.response_p95),
        )
        for row in found
    ]
