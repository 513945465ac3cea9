"""Counts conversations from their rows, in groups of the same agent, version and models."""

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import BigInteger, ColumnElement, or_, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.conversations.counts import COUNTS, counts_of, unreported
from app.services.conversations.insights.figures import Figures
from app.services.conversations.page.stages import Stage
from app.services.conversations.states import ChatRole, ItemKind, Outcome
from app.services.conversations.usage import COUNTED, MICROSECOND, SPANS, ModelUsage, usage_of
from app.store.schema import CONVERSATION_ERRORS, CONVERSATION_ITEMS, CONVERSATIONS

TOGETHER = 500  # conversations of one query
RESPONSE = "response"
DELAYS = (RESPONSE, *(str(stage) for stage in Stage))
NOT_TAGGED = ""
ROWS = CONVERSATIONS.c
ITEMS = CONVERSATION_ITEMS.c
STARTED = type_coerce(ROWS.started_at, BigInteger)
COLUMNS = (
    ROWS.job,
    STARTED.label("started"),
    ROWS.agent,
    ROWS.version,
    ROWS.duration,
    ROWS.turns,
    ROWS.interruptions,
    ROWS.tool_calls,
    ROWS.tool_failures,
    ROWS.errors,
    ROWS.outcome,
    ROWS.response_p95,
    ROWS.spans,
    ROWS.sdk_version,
)
Place = TypeVar("Place", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Group:
    """What conversations have in common."""

    agent: str
    version: str
    models: tuple[str, ...]


async def found_in(
    connection: AsyncConnection, conditions: Sequence[ColumnElement[bool]], most: int
) -> list[Any]:
    """Return the newest conversations that match, at most `most`."""
    query = select(*COLUMNS).where(*conditions).order_by(ROWS.started_at.desc(), ROWS.job.desc())
    return list(await connection.execute(query.limit(most)))


async def counted(
    connection: AsyncConnection, server: str, rows: Sequence[Any], place: Callable[[int], Place]
) -> dict[tuple[Place, Group], Figures]:
    """Return figures by the place of each conversation's beginning, and by group."""
    found: dict[tuple[Place, Group], Figures] = {}
    for start in range(0, len(rows), TOGETHER):
        some = rows[start : start + TOGETHER]
        jobs = [row.job for row in some]
        usage = await usage_of(connection, server, jobs)
        silent = await unreported(connection, server, some)
        of_job: dict[str, Figures] = {}
        for row in some:
            models = {used.model for used in usage.get(row.job, ()) if used.model}
            key = place(row.started), Group(row.agent, row.version, tuple(sorted(models)))
            figures = of_job[row.job] = found.setdefault(key, Figures())
            _count(figures, row, silent)
            for used in usage.get(row.job, ()):
                figures.use((str(used.kind), used.provider, used.model), numbers_of(used))
        await _items(connection, server, jobs, of_job)
        await _failures(connection, server, jobs, of_job)
    return found


def numbers_of(used: ModelUsage) -> list[int]:
    """Return the columns of COUNTED."""
    return [
        getattr(used, name) // MICROSECOND if name in SPANS else getattr(used, name)
        for name in COUNTED
    ]


def _count(figures: Figures, row: Any, silent: Collection[str]) -> None:
    numbers = figures.numbers
    numbers["conversations"] += 1
    if row.duration is not None:
        numbers["ended"] += 1
        numbers["duration"] += row.duration
    counts = counts_of(row, silent)
    for name in COUNTS:
        numbers[name] += counts[name] or 0
    for name, count in (("not_counted", "turns"), ("errors_not_counted", "errors")):
        if counts[count] is None:
            numbers[name] += 1
    figures.outcomes[row.outcome] += 1
    if row.response_p95 is not None:
        figures.top("slowest", [(row.response_p95, row.job)])
    if row.interruptions:
        numbers["interrupted"] += 1
        figures.top("interrupted", [(row.interruptions, row.job)])
    if row.errors:
        numbers["with_errors"] += 1
    if row.errors or row.outcome == Outcome.FAIL:
        figures.top("failed", [(row.started, row.job)])


async def _items(
    connection: AsyncConnection, server: str, jobs: Sequence[str], of_job: dict[str, Figures]
) -> None:
    """Count delays and tool calls; a delay is measured once, on the message of one side."""
    delays = [ITEMS[name] for name in DELAYS]
    is_tool = ITEMS.kind.in_([ItemKind.FUNCTION_CALL, ItemKind.FUNCTION_CALL_OUTPUT])
    is_measured = or_(*(delay.is_not(None) for delay in delays))
    said = ITEMS.role.in_([ChatRole.USER, ChatRole.ASSISTANT])
    query = select(ITEMS.job, ITEMS.kind, ITEMS.name, ITEMS.failed, *delays).where(
        ITEMS.server == server, ITEMS.job.in_(jobs), or_(is_tool, said & is_measured)
    )
    for job, kind, name, failed, *measured in await connection.execute(query):
        figures = of_job[job]
        if kind == ItemKind.FUNCTION_CALL:
            figures.calls[name] += 1
        elif kind == ItemKind.FUNCTION_CALL_OUTPUT:
            figures.failed_calls[name] += bool(failed)
        else:
            for stage, delay in zip(DELAYS, measured, strict=True):
                if delay is not None:
                    figures.delay(stage, delay)


async def _failures(
    connection: AsyncConnection, server: str, jobs: Sequence[str], of_job: dict[str, Figures]
) -> None:
    own = CONVERSATION_ERRORS.c
    query = select(own.job, own.kind, own.times).where(own.server == server, own.job.in_(jobs))
    query = query.where(own.times > 0)
    for job, kind, times in await connection.execute(query):
        of_job[job].failures[kind] += times
