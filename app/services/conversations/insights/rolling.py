"""Counts the conversations of each hour that changed, and the longer spans that it is in.

An hour changed if agents uploaded something of its conversations since it was counted, or if it has
more or fewer conversations, or more or fewer that run: they ended, or were deleted.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, insert, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.conversations.insights.counting import ROWS, STARTED, Group, counted
from app.services.conversations.insights.counting import found_in as conversations_in
from app.services.conversations.insights.figures import Figures, of_stored
from app.services.usage.rolling import DAYS, HOURS, micro, moment_of
from app.store.schema import CONVERSATION_FIGURES
from app.store.schema.metadata import Moment
from app.store.store import Store

LOCK = "conversation_figures"
TOGETHER = 12  # hours in one transaction
MOST = 20_000  # conversations of one hour
HOUR = 3_600_000_000  # microseconds
SIX_HOURS = "6 hours"
LONGER = {SIX_HOURS: 6, DAYS: 24}  # hours of the other spans, which begin at midnight UTC
AGAIN = timedelta(hours=25)  # how far back uploads are compared with when an hour was counted
CLOCKS = timedelta(minutes=1)  # by which those of several processes may differ
OWN = CONVERSATION_FIGURES.c


async def roll(store: Store, server: str, now: datetime) -> int:
    """Count the hours that changed; return how many. Raises StoreError."""
    async with store.read() as connection:
        changed = sorted(await _changed(connection, server, now))
    for first in range(0, len(changed), TOGETHER):
        some = changed[first : first + TOGETHER]
        async with store.write() as connection:
            await connection.run_sync(store.dialect.lock_rows_of, LOCK)
            for hour in some:
                await _count(connection, server, moment_of(hour), now)
            for span, hours in LONGER.items():
                for start in sorted({hour - hour % (hours * HOUR) for hour in some}):
                    await _add_up(connection, server, span, moment_of(start), now)
    return len(changed)


async def _changed(connection: AsyncConnection, server: str, now: datetime) -> set[int]:
    hour = (STARTED - STARTED % HOUR).label("hour")
    own = ROWS.server == server
    kept = select(hour, func.count()).where(own).group_by(hour)
    rows: dict[int, int] = await _by_hour(connection, kept)
    opened = select(hour, func.count()).where(own, ROWS.ended_at.is_(None)).group_by(hour)
    running: dict[int, int] = await _by_hour(connection, opened)
    recent = now - AGAIN
    newest = select(hour, type_coerce(func.max(ROWS.heard_at), Moment))
    newest = newest.where(own, ROWS.heard_at >= recent).group_by(hour)
    heard: dict[int, datetime] = await _by_hour(connection, newest)
    known = await connection.execute(
        select(OWN.start, OWN.conversations, OWN.running, OWN.counted_at).where(
            OWN.server == server, OWN.span == HOURS
        )
    )
    same: set[int] = set()
    gone: set[int] = set()
    for start, number, runs, counted_at in known:
        at = micro(start)
        if at not in rows:
            gone.add(at)
            continue
        is_heard = at in heard and heard[at] >= counted_at - CLOCKS
        if (number, runs) == (rows[at], running.get(at, 0)) and not is_heard:
            same.add(at)
    return gone | (rows.keys() - same)


async def _by_hour(connection: AsyncConnection, query: Select[*tuple[Any, ...]]) -> dict[int, Any]:
    return {row[0]: row[1] for row in await connection.execute(query)}


async def _count(connection: AsyncConnection, server: str, hour: datetime, now: datetime) -> None:
    until = hour + timedelta(hours=1)
    within = [ROWS.server == server, ROWS.started_at >= hour, ROWS.started_at < until]
    runs = select(func.count()).where(*within, ROWS.ended_at.is_(None))
    running = (await connection.execute(runs)).scalar_one()
    rows = await conversations_in(connection, within, MOST)
    found = await counted(connection, server, rows, lambda _: "")
    groups = {group: figures for (_, group), figures in found.items()}
    await _replace(connection, server, HOURS, hour, groups, now, running)


async def _add_up(
    connection: AsyncConnection, server: str, span: str, since: datetime, now: datetime
) -> None:
    """Make the row of a longer span from those of its hours."""
    query = select(OWN.figures, OWN.running).where(
        OWN.server == server,
        OWN.span == HOURS,
        OWN.start >= since,
        OWN.start < since + timedelta(hours=LONGER[span]),
    )
    groups: dict[Group, Figures] = defaultdict(Figures)
    running = 0
    for text, runs in await connection.execute(query):
        running += runs
        for group, figures in read(text):
            groups[group].add(figures)
    await _replace(connection, server, span, since, groups, now, running)


async def _replace(
    connection: AsyncConnection,
    server: str,
    span: str,
    start: datetime,
    groups: dict[Group, Figures],
    now: datetime,
    running: int,
) -> None:
    own = [OWN.server == server, OWN.span == span, OWN.start == start]
    await connection.execute(delete(CONVERSATION_FIGURES).where(*own))
    number = sum(figures.numbers["conversations"] for figures in groups.values())
    if not number:
        return
    row: dict[str, Any] = {
        "server": server,
        "span": span,
        "start": start,
        "counted_at": now,
        "conversations": number,
        "running": running,
        "figures": written(groups.items()),
    }
    await connection.execute(insert(CONVERSATION_FIGURES), [row])


def written(groups: Iterable[tuple[Group, Figures]]) -> str:
    """Return groups with their figures as JSON."""
    found = [[g.agent, g.version, g.models, figures.stored()] for g, figures in groups]
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def read(text: str) -> list[tuple[Group, Figures]]:
    """Return groups with their figures from JSON."""
    return [(group, of_stored(figures)) for group, figures in groups_in(text)]


def groups_in(text: str) -> Iterator[tuple[Group, Any]]:
    """Yield groups with their figures as they are in the JSON."""
    for agent, version, models, figures in json.loads(text):
        yield Group(agent, version, tuple(models)), figures
