"""Searching words in transcripts: which lines have them, and what is shown of these.

What agents and callers said is searched, and tool calls with their results; instructions are not,
because all conversations of an agent have the same.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.conversations.lists.words import Snippet, fragments
from app.services.conversations.states import ChatRole, ItemKind
from app.services.history.lists.walking import apart
from app.store.dialects import Dialect
from app.store.schema import CONVERSATION_ITEMS
from app.store.words import Among

ITEMS = CONVERSATION_ITEMS.c
KINDS = (ItemKind.MESSAGE, ItemKind.FUNCTION_CALL, ItemKind.FUNCTION_CALL_OUTPUT)
ROLES = (ChatRole.SYSTEM, ChatRole.DEVELOPER)  # their messages are instructions
SNIPPETS = 3  # of one conversation
SHOWN = 20_000  # characters of a line in which words are marked


def jobs_with(
    dialect: Dialect, server: str, words: Sequence[str], among: Among | None = None
) -> Select[Any]:
    """Return a query of the jobs that have lines with these words, one row for each line."""
    return dialect.with_words(CONVERSATION_ITEMS, _lines(ITEMS.job, server=server), words, among)


async def lines_of(connection: AsyncConnection, server: str, jobs: Sequence[str]) -> Among:
    """Return all lines of some jobs, whose IDs are often close to one another."""
    mine = (ITEMS.server == server, ITEMS.job.in_(jobs))
    number = apart(ITEMS.id)  # PostgreSQL would read all IDs in their order to find the lowest
    ends = select(func.min(number), func.max(number)).where(*mine)
    first, last = (await connection.execute(ends)).one()
    return Among(jobs, select(ITEMS.id).where(*mine), first or 0, last or 0)


async def snippets(
    connection: AsyncConnection,
    dialect: Dialect,
    server: str,
    jobs: Sequence[str],
    words: Sequence[str],
) -> dict[str, list[Snippet]]:
    """Return the first lines of each job that have the words. Raises StoreError."""
    if not (jobs and words):
        return {}
    among = await lines_of(connection, server, jobs)
    lines = _lines(ITEMS.id, ITEMS.job, ITEMS.at, server=server)
    found = dialect.with_words(CONVERSATION_ITEMS, lines, words, among).subquery()
    place = func.row_number().over(partition_by=found.c.job, order_by=(found.c.at, found.c.id))
    placed = select(found.c.id, place.label("place")).subquery()
    query = select(
        ITEMS.job,
        ITEMS.kind,
        ITEMS.role,
        ITEMS.name,
        func.substr(ITEMS.text, 1, SHOWN).label("text"),
    )
    query = query.join(placed, placed.c.id == ITEMS.id).where(placed.c.place <= SNIPPETS)
    shown: dict[str, list[Snippet]] = defaultdict(list)
    for row in await connection.execute(query.order_by(ITEMS.at, ITEMS.id)):
        shown[row.job].append(Snippet(row.kind, row.role, row.name, fragments(row.text, words)))
    return shown


def _lines(*columns: Any, server: str) -> Select[Any]:
    return select(*columns).where(
        ITEMS.server == server, ITEMS.kind.in_(KINDS), ITEMS.role.not_in(ROLES)
    )
