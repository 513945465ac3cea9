"""What is computed of a conversation from its rows: counts, moments, and response times."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import Any

from sqlalchemy import Connection, and_, case, func, select, update

from app.services.conversations.states import ChatRole, ItemKind
from app.store.schema import (
    CONVERSATION_ERRORS,
    CONVERSATION_ITEMS,
    CONVERSATION_SPANS,
    CONVERSATIONS,
)

MOST_ERRORS = 2**31 - 1
ITEMS = CONVERSATION_ITEMS.c
SPANS = CONVERSATION_SPANS.c
# spans whose failure is one of a model; those below them are tries, of which a later one may pass
MODEL_SPANS = ("llm_node", "stt_node", "tts_node", "realtime_assistant_turn")


def summarize(connection: Connection, server: str, job: str) -> None:
    """Compute the columns of a conversation that come from its other rows."""
    mine = and_(CONVERSATIONS.c.server == server, CONVERSATIONS.c.job == job)
    known = connection.execute(
        select(
            CONVERSATIONS.c.first_heard_at,
            CONVERSATIONS.c.session_started_at,
            CONVERSATIONS.c.session_ended_at,
            CONVERSATIONS.c.gone_at,
        ).where(mine)
    ).one()
    said = _of_items(connection, server, job)
    traced = _of_spans(connection, server, job)
    heard_at = min(
        filter(None, (traced.pop("began_at"), said.pop("began_at"), known.first_heard_at))
    )
    started_at = known.session_started_at or heard_at
    failed = traced.pop("failed")
    ended_at = known.session_ended_at or known.gone_at
    if ended_at is not None:
        ended_at = max(ended_at, started_at)
    reported = _reported_errors(connection, server, job)
    values: dict[str, Any] = said | traced
    values |= {
        "started_at": started_at,
        "ended_at": ended_at,
        "ended_inferred": known.session_ended_at is None and ended_at is not None,
        "duration": _micro(started_at, ended_at),
        "errors": failed if reported is None else reported,
    }
    values |= _responses(connection, server, job)
    connection.execute(update(CONVERSATIONS).where(mine).values(values))


def percentile(ordered: Sequence[int], share: float) -> int | None:
    """Return a percentile of ordered values by nearest rank; None without any."""
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None


def _micro(start: datetime, end: datetime | None) -> int | None:
    if end is None:
        return None
    lasted = end - start
    return (lasted.days * 86_400 + lasted.seconds) * 1_000_000 + lasted.microseconds


def _of_items(connection: Connection, server: str, job: str) -> dict[str, Any]:
    is_message = ITEMS.kind == ItemKind.MESSAGE
    is_interrupted = and_(is_message, ITEMS.role == ChatRole.ASSISTANT, ITEMS.interrupted)
    is_result = ITEMS.kind == ItemKind.FUNCTION_CALL_OUTPUT
    query = select(
        func.min(ITEMS.at).label("began_at"),
        _times(and_(is_message, ITEMS.role == ChatRole.USER)).label("turns"),
        _times(is_interrupted).label("interruptions"),
        _times(ITEMS.kind == ItemKind.FUNCTION_CALL).label("tool_calls"),
        _times(and_(is_result, ITEMS.failed)).label("tool_failures"),
    ).where(ITEMS.server == server, ITEMS.job == job)
    return dict(connection.execute(query).mappings().one())


def _of_spans(connection: Connection, server: str, job: str) -> dict[str, Any]:
    query = select(
        func.min(SPANS.started_at).label("began_at"),
        func.count().label("spans"),
        _times(and_(SPANS.failed, SPANS.name.in_(MODEL_SPANS))).label("failed"),
    ).where(SPANS.server == server, SPANS.job == job)
    return dict(connection.execute(query).mappings().one())


def _times(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _reported_errors(connection: Connection, server: str, job: str) -> int | None:
    """Return the errors that the session's report counts; None if no report counted any kind."""
    errors = CONVERSATION_ERRORS.c
    query = select(func.sum(errors.times)).where(errors.server == server, errors.job == job)
    times = connection.execute(query).scalar_one()
    return None if times is None else min(int(times), MOST_ERRORS)


def _responses(connection: Connection, server: str, job: str) -> dict[str, int | None]:
    query = select(ITEMS.response).where(
        ITEMS.server == server, ITEMS.job == job, ITEMS.response.is_not(None)
    )
    ordered = sorted(connection.execute(query).scalars())
    return {
        "response_p50": percentile(ordered, 0.5),
        "response_p95": percentile(ordered, 0.95),
    }
