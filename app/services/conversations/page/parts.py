"""The parts of a conversation beside its transcript: usage, errors, evaluations, tags."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, Table, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.conversations.page.conversation import Conversation, span
from app.services.conversations.states import ModelKind
from app.services.conversations.writing.writing import REPORT
from app.services.history.states import named
from app.services.livekit.enums import Newer
from app.store.schema import (
    CALLS,
    CONVERSATION_ERRORS,
    CONVERSATION_EVALUATIONS,
    CONVERSATION_TAGS,
    CONVERSATION_USAGE,
    SESSIONS,
)
from app.store.store import Store

MOST = 100  # rows of each
COUNTED = (
    "input_tokens",
    "cached_tokens",
    "input_audio_tokens",
    "output_tokens",
    "output_audio_tokens",
    "characters",
    "audio",
    "session",
    "requests",
)


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """What one model was used for."""

    kind: ModelKind | Newer
    provider: str
    model: str
    input_tokens: int
    cached_tokens: int
    input_audio_tokens: int
    output_tokens: int
    output_audio_tokens: int
    characters: int
    audio: timedelta
    session: timedelta
    requests: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A judge's verdict."""

    at: datetime
    name: str
    verdict: str
    reasoning: str


@dataclass(frozen=True, slots=True)
class Parts:
    """What is beside the transcript; `session` and `call` are known to history if they are true."""

    usage: Sequence[ModelUsage]
    errors: Sequence[tuple[str, int]]
    evaluations: Sequence[Evaluation]
    tags: Sequence[tuple[str, str]]
    session: bool
    call: bool


async def parts(store: Store, conversation: Conversation) -> Parts:
    """Return what is beside the transcript, at most MOST of each. Raises StoreError."""
    async with store.read() as connection:
        usage = await _usage(connection, conversation)
        errors = await connection.execute(_of(CONVERSATION_ERRORS, conversation))
        order = (CONVERSATION_EVALUATIONS.c.at, CONVERSATION_EVALUATIONS.c.evaluation)
        judged = await connection.execute(
            _of(CONVERSATION_EVALUATIONS, conversation).order_by(*order)
        )
        tags = await connection.execute(
            _of(CONVERSATION_TAGS, conversation).order_by(CONVERSATION_TAGS.c.tag)
        )
        return Parts(
            usage,
            sorted((row.kind, row.times) for row in errors),
            [Evaluation(row.at, row.name, row.verdict, row.reasoning) for row in judged],
            [(row.tag, row.details if row.details != "{}" else "") for row in tags],
            await _is_known(connection, SESSIONS, "sid", conversation, conversation.room_sid),
            await _is_known(connection, CALLS, "call_id", conversation, conversation.call),
        )


def _of(table: Table, conversation: Conversation) -> Select[Any]:
    mine = and_(table.c.server == conversation.server, table.c.job == conversation.job)
    return select(table).where(mine).limit(MOST)


async def _usage(connection: AsyncConnection, conversation: Conversation) -> list[ModelUsage]:
    """Return the usage that the report says, or until it came, the sum of all batches."""
    rows = CONVERSATION_USAGE.c
    keys = (rows.kind, rows.provider, rows.model)
    sums = [func.sum(rows[name]).label(name) for name in COUNTED]
    reported = case((rows.origin == REPORT, 1), else_=0).label("reported")
    query = select(*keys, reported, *sums).where(
        rows.server == conversation.server, rows.job == conversation.job
    )
    query = query.group_by(*keys, reported).limit(2 * MOST)
    found = list(await connection.execute(query))
    if any(row.reported for row in found):
        found = [row for row in found if row.reported]
    order = {kind.value: place for place, kind in enumerate(ModelKind)}
    found.sort(key=lambda row: (order.get(row.kind, len(order)), row.model, row.provider))
    return [_used(row) for row in found]


def _used(row: Row[Any]) -> ModelUsage:
    counted: dict[str, Any] = {name: int(getattr(row, name)) for name in COUNTED}
    counted |= {name: span(counted[name]) for name in ("audio", "session")}
    return ModelUsage(named(ModelKind, row.kind), row.provider, row.model, **counted)


async def _is_known(
    connection: AsyncConnection, table: Table, column: str, conversation: Conversation, name: str
) -> bool:
    if not name:
        return False
    key = table.c[column]
    query = select(key).where(table.c.server == conversation.server, key == name)
    return (await connection.execute(query.limit(1))).first() is not None
