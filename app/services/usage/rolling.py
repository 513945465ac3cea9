"""Counts each hour whose rows changed, and the days that these hours are in."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, delete, func, insert, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.usage.counting import Key, Steps, counted, total
from app.services.usage.facts import facts_of
from app.services.usage.measures import Measure
from app.store.schema import USAGE, USAGE_STALE
from app.store.store import Store

LOCK = "usage"
TOGETHER = 24  # hours in one transaction
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOURS, DAYS = "hour", "day"


def micro(moment: datetime) -> int:
    """Return a moment in microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment_of(microseconds: int) -> datetime:
    """Return the moment of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=microseconds)


def hour_of(moment: datetime) -> datetime:
    """Return the start of the hour that a moment is in."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


async def mark(
    store: Store, connection: AsyncConnection, server: str, hours: Collection[datetime]
) -> None:
    """Note hours to be counted again, in the transaction that changes their rows."""
    rows = [{"server": server, "start": hour} for hour in sorted(set(map(hour_of, hours)))]
    if rows:
        insert_new = store.dialect.insert(USAGE_STALE)
        # an update, because a count that is under way must wait for this transaction
        marked = insert_new.on_conflict_do_update(
            index_elements=["server", "start"], set_={"start": insert_new.excluded.start}
        )
        await connection.execute(marked, rows)


async def roll(store: Store, server: str, now: datetime) -> int:
    """Count the hours since the last count, and those that changed; return how many.

    Some hours at a time: what is left when it is interrupted stays marked. Raises StoreError.
    """
    async with store.write() as connection:
        own = USAGE.c
        last = select(func.max(own.start)).where(own.server == server, own.span == HOURS)
        first = select(func.min(USAGE_STALE.c.start)).where(USAGE_STALE.c.server == server)
        since = (await connection.execute(last)).scalar() or (
            (await connection.execute(first)).scalar() or now  # nothing was ever counted
        )
        await mark(store, connection, server, list(_hours(since - timedelta(hours=1), now)))
    rolled = 0
    while hours := await _roll_some(store, server, now):
        rolled += hours
    return rolled


async def _roll_some(store: Store, server: str, now: datetime) -> int:
    async with store.write() as connection:
        await connection.run_sync(store.dialect.lock_rows_of, LOCK)
        stale = USAGE_STALE.c
        oldest = select(stale.start).where(stale.server == server, stale.start <= now)
        hours = (await connection.execute(oldest.order_by(stale.start).limit(TOGETHER))).scalars()
        waiting = list(hours)
        # first, so that what changes from here on is marked again
        gone = delete(USAGE_STALE).where(stale.server == server, stale.start.in_(waiting))
        await connection.execute(gone)
        for since, until in _runs(waiting):
            await _count(connection, server, since, until, now)
        for day in sorted({hour.replace(hour=0) for hour in waiting}):
            await _add_up(connection, server, day)
    return len(waiting)


def _hours(since: datetime, until: datetime) -> Iterator[datetime]:
    hour = hour_of(since)
    while hour <= until:
        yield hour
        hour += timedelta(hours=1)


def _runs(hours: Collection[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """Yield the start and end of each run of hours without a gap."""
    since = until = None
    for hour in hours:
        if since is None or hour != until:
            if since is not None and until is not None:
                yield since, until
            since = hour
        until = hour + timedelta(hours=1)
    if since is not None and until is not None:
        yield since, until


async def _count(
    connection: AsyncConnection, server: str, since: datetime, until: datetime, now: datetime
) -> None:
    steps = Steps(micro(since), micro(until), micro(now))
    facts = await facts_of(
        connection, lambda table: table.c.server == server, steps.since, steps.until
    )
    await _replace(connection, server, HOURS, since, until, counted(facts, steps))


async def _add_up(connection: AsyncConnection, server: str, day: datetime) -> None:
    """Make the row of a day from those of its hours."""
    own = USAGE.c
    until = day + timedelta(days=1)
    start = type_coerce(own.start, BigInteger)
    hours = select(own.measure, own.label, own.value).where(
        own.server == server, own.span == HOURS, start >= micro(day), start < micro(until)
    )
    values: dict[tuple[Measure, str], list[int]] = {}
    for measure, label, value in await connection.execute(hours):
        values.setdefault((Measure(measure), label), []).append(value)
    sums: Counter[Key] = Counter()
    for (measure, label), numbers in values.items():
        sums[micro(day), measure, label] = total(measure, numbers)
    await _replace(connection, server, DAYS, day, until, sums)


async def _replace(
    connection: AsyncConnection,
    server: str,
    span: str,
    since: datetime,
    until: datetime,
    figures: Counter[Key],
) -> None:
    own = USAGE.c
    before = delete(USAGE).where(
        own.server == server, own.span == span, own.start >= since, own.start < until
    )
    await connection.execute(before)
    rows: list[dict[str, Any]] = [
        {"server": server, "span": span, "start": moment_of(start)}
        | {"measure": str(measure), "label": label, "value": value}
        for (start, measure, label), value in figures.items()
    ]
    if rows:
        await connection.execute(insert(USAGE), rows)
