"""The counts of conversations: turns, interruptions, tool calls, and errors.

They are computed from the agent's history, or its trace. If neither came, because an agent uploads
only its log or its metrics, nothing was counted: that is None, not 0.
"""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Row, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.conversations.states import Batch
from app.store.schema import CONVERSATION_BATCHES, CONVERSATION_ITEMS

OF_ITEMS = ("turns", "interruptions", "tool_calls", "tool_failures")
COUNTS = (*OF_ITEMS, "errors")
BATCHES = CONVERSATION_BATCHES.c
ITEMS = CONVERSATION_ITEMS.c


async def unreported(
    connection: AsyncConnection, server: str, rows: Iterable[Row[Any]]
) -> Collection[str]:
    """Return the jobs of which nothing was counted; `rows` are of conversations. Raises StoreError.

    Those with anything of that, or with spans, need no query.
    """
    names = (*OF_ITEMS, "spans")
    silent = {row.job for row in rows if not any(getattr(row, name) for name in names)}
    if not silent:
        return silent
    history = select(BATCHES.job).where(
        BATCHES.server == server, BATCHES.job.in_(silent), BATCHES.kind == Batch.CHAT
    )
    items = select(ITEMS.job).where(ITEMS.server == server, ITEMS.job.in_(silent))
    return silent.difference((await connection.execute(union(history, items))).scalars())


def counts_of(row: Row[Any], without: Collection[str]) -> dict[str, int | None]:
    """Return the counts of a row by their names; None if its job is one of `without`.

    The report of a session, with its SDK's version, counts errors, whatever else came.
    """
    counts: dict[str, int | None] = {name: getattr(row, name) for name in COUNTS}
    if row.job in without:
        counts |= dict.fromkeys(OF_ITEMS if row.sdk_version or row.errors else COUNTS)
    return counts
