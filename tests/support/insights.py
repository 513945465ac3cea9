"""Conversations as rows, for the tests of insights."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, insert

from app.services.conversations.insights import reading
from app.services.conversations.insights.reading import Insights, Wanted
from app.services.conversations.writing.rows import _empty
from app.services.usage.periods import Range, up_to
from app.store.schema import (
    CONVERSATION_ERRORS,
    CONVERSATION_ITEMS,
    CONVERSATION_USAGE,
    CONVERSATIONS,
)
from app.store.store import Store


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation; `responses` are in milliseconds, `tools` have a name and whether it failed.

    One that is still running has no minutes.
    """

    job: str
    started_at: datetime
    agent: str = "desk"
    version: str = ""
    minutes: float | None = 1
    models: tuple[str, ...] = ()
    responses: tuple[int, ...] = ()
    tools: tuple[tuple[str, bool], ...] = ()
    interruptions: int = 0
    outcome: str = ""
    errors: tuple[tuple[str, int], ...] = ()


NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
ALWAYS = NOW - timedelta(days=400)


def ago(**more: float) -> datetime:
    """Return a moment before now."""
    return NOW - timedelta(**more)


TALKS = (
    Talk("a", ago(hours=1), "desk", "v1", models=("small", "ears"), responses=(900, 1100, 2000)),
    Talk("b", ago(hours=1, minutes=5), "desk", "v2", models=("large",), interruptions=3),
    Talk("c", ago(hours=30), "desk", "v1", models=("small",), tools=(("find", False),) * 3),
    Talk("d", ago(days=2), "sales", "v1", outcome="fail", tools=(("find", True), ("pay", False))),
    Talk("e", ago(days=4), "sales", "v1", outcome="success", errors=(("llm", 2), ("tts", 1))),
    Talk("f", ago(hours=2), "sales", "v1", minutes=None),
)


async def insights(
    store: Store, wanted: Wanted | None = None, length: Range = Range.WEEK, now: datetime = NOW
) -> Insights:
    """Return the insights of a time up to now."""
    period = up_to(now, length, UTC)
    return await reading.read(store, "default", period, ALWAYS, wanted or Wanted())


async def add(store: Store, *talks: Talk) -> None:
    """Write conversations with their items, usage and errors."""
    rows: dict[Table, list[dict[str, Any]]] = {
        CONVERSATIONS: [_conversation(talk) for talk in talks],
        CONVERSATION_ITEMS: [item for talk in talks for item in _items(talk)],
        CONVERSATION_USAGE: [
            _row(CONVERSATION_USAGE, talk, origin="report", kind="llm", model=m, input_tokens=9)
            for talk in talks
            for m in talk.models
        ],
        CONVERSATION_ERRORS: [
            _row(CONVERSATION_ERRORS, talk, kind=kind, times=times)
            for talk in talks
            for kind, times in talk.errors
        ],
    }
    async with store.write() as connection:
        for table, found in rows.items():
            if found:
                await connection.execute(insert(table), found)


def _conversation(talk: Talk) -> dict[str, Any]:
    lasted = timedelta(minutes=talk.minutes) if talk.minutes is not None else None
    slowest = max(talk.responses, default=None)
    return _row(
        CONVERSATIONS,
        talk,
        first_heard_at=talk.started_at,
        heard_at=talk.started_at,
        started_at=talk.started_at,
        room=f"room of {talk.job}",
        agent=talk.agent,
        version=talk.version,
        ended_at=talk.started_at + lasted if lasted else None,
        duration=lasted // timedelta(microseconds=1) if lasted else None,
        turns=2,
        interruptions=talk.interruptions,
        tool_calls=len(talk.tools),
        tool_failures=sum(failed for _, failed in talk.tools),
        errors=sum(times for _, times in talk.errors),
        outcome=talk.outcome,
        response_p95=slowest and slowest * 1000,
    )


def _items(talk: Talk) -> list[dict[str, Any]]:
    items = [
        {"kind": "message", "role": "assistant", "response": each * 1000, "tts_first_byte": 80_000}
        for each in talk.responses
    ]
    for name, failed in talk.tools:
        items.append({"kind": "function_call", "name": name})
        items.append({"kind": "function_call_output", "name": name, "failed": failed})
    return [
        _row(CONVERSATION_ITEMS, talk, item=f"i{number}", at=talk.started_at, **DELAYS | item)
        for number, item in enumerate(items)
    ]


DELAYS: dict[str, Any] = {"response": None, "tts_first_byte": None}


def _row(table: Table, talk: Talk, **own: Any) -> dict[str, Any]:
    """Return a row in which whatever isn't given is empty."""
    row = {
        column.name: None if column.nullable else _empty(column.type.python_type)
        for column in table.c
        if column.name not in {"id", "first_heard_at", "heard_at", "started_at", "at"}
    }
    return row | {"server": "default", "job": talk.job} | own
