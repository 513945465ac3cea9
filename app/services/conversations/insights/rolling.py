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

from app.services.conversations.insights.counting import ROWS, STARTED, TOGETHER, Group, counted
from app.services.conversations.insights.counting import found_in as conversations_in
from app.services.conversations.insights.figures import Figures, of_stored
from app.services.usage.rolling import DAYS, HOURS, micro, moment_of
from app.store.schema import CONVERSATION_FIGURES
from app.store.schema.metadata import Moment
from app.store.store import Store

LOCK = "conversation_figures"
MOST = 20_000  # conversations of one hour
HOUR = 3_600_000_000  # microseconds
SIX_HOURS = "6 hours"
LONGER = {SIX_HOURS: 6, DAYS: 24}  # hours of the other spans, which begin at midnight UTC
AGAIN = timedelta(hours=25)  # how far back uploads are compared with when an hour was counted
LATE = timedelta(minutes=15)  # hours are counted every five minutes
CLOCKS = timedelta(minutes=1)  # by which those of several processes may differ
OWN = CONVERSATION_FIGURES.c


async def roll(store: Store, server: str, now: datetime) -> int:
    """Count the hours that changed, newest first; return how many.

    Others may write while an hour is counted, and its row is written in a transaction of its own:
    if a later hour fails, what was counted stays. Raises StoreError.
    """
    async with store.read() as connection:
        changed = sorted(await _changed(connection, server, now), reverse=True)
    for hour in changed:
        start = moment_of(hour)
        groups, running = await _counted(store, server, start)
        async with store.write() as connection:
            await connection.run_sync(store.dialect.lock_rows_of, LOCK)
            await _replace(connection, server, HOURS, start, groups, now, running)
            for span, hours in LONGER.items():
                since = moment_of(hour - hour % (hours * HOUR))
                await _add_up(connection, server, span, since, now)
    return len(changed)


async def uncounted(
    connection: AsyncConnection, server: str, since: datetime, until: datetime
) -> list[datetime]:
    """Return the hours of a time whose conversations were not counted, or not since LATE."""
    hour = (STARTED - STARTED % HOUR).label("hour")
    within = [ROWS.server == server, ROWS.started_at >= since, ROWS.started_at < until]
    there = set((await connection.execute(select(hour).where(*within).distinct())).scalars())
    newest = select(hour, type_coerce(func.max(ROWS.heard_at), Moment))
    newest = newest.where(*within, ROWS.heard_at >= until - AGAIN).group_by(hour)
    heard: dict[int, datetime] = await _by_hour(connection, newest)
    known = select(OWN.start, OWN.counted_at).where(
        OWN.server == server, OWN.span == HOURS, OWN.start > since - timedelta(hours=1)
    )
    for start, counted_at in await connection.execute(known.where(OWN.start < until)):
        at = micro(start)
        if at not in heard or heard[at] <= counted_at + LATE:
            there.discard(at)
    return [moment_of(each) for each in sorted(there)]


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
        if (number, runs) == (min(rows[at], MOST), running.get(at, 0)) and not is_heard:
            same.add(at)
    return gone | (rows.keys() - same)


async def _by_hour(connection: AsyncConnection, query: Select[*tuple[Any, ...]]) -> dict[int, Any]:
    return {row[0]: row[1] for row in await connection.execute(query)}


async def _counted(store: Store, server: str, hour: datetime) -> tuple[dict[Group, Figures], int]:
    """Return the figures of an hour, and how many of its conversations have not ended.

    Each read is of some conversations, so that it is short, however many there are.
    """
    until = hour + timedelta(hours=1)
    within = [ROWS.server == server, ROWS.started_at >= hour, ROWS.started_at < until]
    runs = select(func.count()).where(*within, ROWS.ended_at.is_(None))
    async with store.read() as connection:
        running = (await connection.execute(runs)).scalar_one()
        rows = await conversations_in(connection, within, MOST)
    groups: dict[Group, Figures] = defaultdict(Figures)
    for first in range(0, len(rows), TOGETHER):
        async with store.read() as connection:
            some = rows[first : first + TOGETHER]
            found = await counted(connection, server, some, lambda _: "")
        for (_, group), figures in found.items():
            groups[group].add(figures)
    return groups, running


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
