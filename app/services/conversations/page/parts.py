"""The parts of a conversation beside its transcript: usage, errors, evaluations, tags."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Table, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.conversations.page.conversation import Conversation
from app.services.conversations.states import Batch
from app.services.conversations.usage import ModelUsage, usage_of
from app.store.schema import (
    CALLS,
    CONVERSATION_BATCHES,
    CONVERSATION_ERRORS,
    CONVERSATION_EVALUATIONS,
    CONVERSATION_TAGS,
    SESSIONS,
)
from app.store.store import Store

MOST = 100  # rows of each


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A judge's verdict."""

    at: datetime
    name: str
    verdict: str
    reasoning: str


@dataclass(frozen=True, slots=True)
class Parts:
    """What is beside the transcript; `session` and `call` are known to history if they are true.

    `history` if the agent uploaded its complete history, which it does at the end of the session.
    """

    usage: Sequence[ModelUsage]
    errors: Sequence[tuple[str, int]]
    evaluations: Sequence[Evaluation]
    tags: Sequence[tuple[str, str]]
    session: bool
    call: bool
    history: bool


async def parts(store: Store, conversation: Conversation) -> Parts:
    """Return what is beside the transcript, at most MOST of each. Raises StoreError."""
    async with store.read() as connection:
        usage = await usage_of(connection, conversation.server, [conversation.job])
        errors = await connection.execute(_of(CONVERSATION_ERRORS, conversation))
        order = (CONVERSATION_EVALUATIONS.c.at, CONVERSATION_EVALUATIONS.c.evaluation)
        judged = await connection.execute(
            _of(CONVERSATION_EVALUATIONS, conversation).order_by(*order)
        )
        own = CONVERSATION_BATCHES.c
        history = _of(CONVERSATION_BATCHES, conversation).with_only_columns(own.batch)
        history = history.where(own.kind == Batch.CHAT)
        tags = await connection.execute(
            _of(CONVERSATION_TAGS, conversation).order_by(CONVERSATION_TAGS.c.tag)
        )
        return Parts(
            usage.get(conversation.job, ()),
            sorted((row.kind, row.times) for row in errors if row.times),
            [Evaluation(row.at, row.name, row.verdict, row.reasoning) for row in judged],
            [(row.tag, row.details if row.details != "{}" else "") for row in tags],
            await _is_known(connection, SESSIONS, "sid", conversation, conversation.room_sid),
            await _is_known(connection, CALLS, "call_id", conversation, conversation.call),
            (await connection.execute(history)).first() is not None,
        )


def _of(table: Table, conversation: Conversation) -> Select[Any]:
    mine = and_(table.c.server == conversation.server, table.c.job == conversation.job)
    return select(table).where(mine).limit(MOST)


async def _is_known(
    connection: AsyncConnection, table: Table, column: str, conversation: Conversation, name: str
) -> bool:
    if not name:
        return False
    key = table.c[column]
    query = select(key).where(table.c.server == conversation.server, key == name)
    return (await connection.execute(query.limit(1))).first() is not None
