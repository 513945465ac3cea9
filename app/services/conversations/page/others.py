"""Conversations to choose from: of the same agent, to compare one with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.services.conversations.page.conversation import Conversation, span
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import CONVERSATIONS
from app.store.store import Store

MOST = 50


@dataclass(frozen=True, slots=True)
class Other:
    """What tells conversations apart in a list to choose from."""

    job: str
    agent: str
    room: str
    started_at: datetime
    duration: timedelta | None
    turns: int
    response_p95: timedelta | None


async def others(
    store: Store, conversation: Conversation | None, server: str = DEFAULT_SERVER
) -> Sequence[Other]:
    """Return the newest conversations of the same agent but this one; without one, of all agents.

    Raises StoreError.
    """
    rows = CONVERSATIONS.c
    query = select(
        rows.job,
        rows.agent,
        rows.room,
        rows.started_at,
        rows.duration,
        rows.turns,
        rows.response_p95,
    ).where(rows.server == server)
    if conversation is not None:
        query = query.where(rows.agent == conversation.agent, rows.job != conversation.job)
    query = query.order_by(rows.started_at.desc(), rows.job.desc()).limit(MOST)
    async with store.read() as connection:
        found = (await connection.execute(query)).all()
    return [
        Other(
            row.job,
            row.agent,
            row.room,
            row.started_at,
            span(row.duration),
            row.turns,
            span(row.response_p95),
        )
        for row in found
    ]
