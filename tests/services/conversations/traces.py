"""Spans of a job, kept and read again."""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from app.services.conversations.facts import Span, Upload
from app.services.conversations.spans.trace import Trace, Wanted, trace
from app.services.conversations.states import Batch
from app.services.conversations.writing.writing import write
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.store import Store
from tests.support.stores import in_store

Found = TypeVar("Found")
BEGAN = datetime(2026, 11, 30, 9, tzinfo=UTC)
AT_TOP = {"job_entrypoint", "agent_session", "agent_turn"}
ENDED = BEGAN + timedelta(hours=1)


def span(name: str, after: float = 0, parent: str = "", seconds: float = 1, **more: Any) -> Span:
    own = Span(
        span=secrets.token_hex(8),
        parent=parent,
        name=name,
        label="",
        started_at=BEGAN + timedelta(seconds=after),
        duration=round(seconds * 1_000_000),
        failed=False,
    )
    return replace(own, **more)


def kept(
    database: str, spans: Sequence[Span], work: Callable[[Store, str], Awaitable[Found]]
) -> Found:
    """Keep spans of a job, and return what `work` reads of them."""
    job = f"AJ_{secrets.token_hex(6)}"

    async def done(store: Store) -> Found:
        upload = Upload(job=job, kind=Batch.TRACES, spans=list(spans), digest="batch")
        async with store.write() as connection:
            await connection.run_sync(
                write, store.dialect, DEFAULT_SERVER, upload, BEGAN, "127.0.0.1", "path"
            )
        return await work(store, job)

    return in_store(database, done)


def read(database: str, spans: Sequence[Span], *wanted: Wanted) -> list[Trace]:
    """Keep spans of a job, and return their trace for each of what is wanted."""

    async def pages(store: Store, job: str) -> list[Trace]:
        return [await trace(store, job, BEGAN, ENDED, each) for each in wanted]

    return kept(database, spans, pages)


def names(found: Trace) -> list[str]:
    """Return the rows as indented names."""
    return [f"{'  ' * row.depth}{row.span.name}" for row in found.page.rows]


def session() -> tuple[Span, Span]:
    job = span("job_entrypoint", seconds=3600)
    return job, span("agent_session", 0.1, job.span, 3599)


def turn(parent: Span, after: float, **more: Any) -> list[Span]:
    own = span("agent_turn", after, parent.span, 4, **more)
    llm = span("llm_node", after + 0.1, own.span)
    return [
        own,
        llm,
        span("llm_request", after + 0.2, llm.span),
        span("tts_node", after + 2, own.span),
    ]
