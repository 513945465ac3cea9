"""Rows of history for writing: read by their keys, changed in memory, written back together.

Whoever changes history does it in a transaction that holds its lock, so that what was read is
still there when it is written.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.history.touched_hours import touched_hours
from app.services.usage.rolling import mark
from app.store.schema import (
    CALLS,
    CONNECTIONS,
    EGRESS_JOBS,
    INGRESS_RUNS,
    SESSIONS,
    TRACKS,
)
from app.store.store import Store

LOCK = "history"
Row = dict[str, Any]
Key = tuple[Any, ...]
Rows = dict[Key, Row]
Result = TypeVar("Result")

# The columns that name a row, and the moment that decides in which partition it is.
KEYS: dict[str, tuple[str, ...]] = {
    SESSIONS.name: ("server", "sid"),
    CONNECTIONS.name: ("server", "sid"),
    TRACKS.name: ("server", "sid"),
    EGRESS_JOBS.name: ("server", "egress_id"),
    INGRESS_RUNS.name: ("server", "ingress_id", "started_at"),
    CALLS.name: ("server", "call_id"),
}
FIRST = {
    SESSIONS.name: "started_at",
    CONNECTIONS.name: "joined_at",
    TRACKS.name: "published_at",
    CALLS.name: "started_at",
}
TOGETHER = 500  # keys or rows in one statement, which takes kilobytes for each

Hours = dict[str, set[datetime]]  # by server
_touched: ContextVar[Hours | None] = ContextVar("touched hours", default=None)


@asynccontextmanager
async def changing(store: Store) -> AsyncIterator[AsyncConnection]:
    """Open a transaction in which nobody else changes history. Raises StoreError."""
    async with store.write() as connection:
        await connection.run_sync(store.dialect.lock_rows_of, LOCK)
        yield connection


async def changed(store: Store, work: Callable[[Connection], Result]) -> Result:
    """Do some work in a transaction in which nobody else changes history. Raises StoreError.

    The hours of usage in which it changed rows are marked to be counted again.
    """
    async with changing(store) as connection:
        hours: Hours = {}
        token = _touched.set(hours)
        try:
            result = await connection.run_sync(work)
        finally:
            _touched.reset(token)
        for server, those in hours.items():
            await mark(store, connection, server, those)
        return result


def key_of(table: Table, row: Mapping[str, Any]) -> Key:
    """Return what names a row in its table."""
    return tuple(row[column] for column in KEYS[table.name])


def loaded(connection: Connection, table: Table, keys: Iterable[Key]) -> Rows:
    """Return the rows that exist of those keys."""
    rows: Rows = {}
    for server, those in groupby(sorted(set(keys)), key=lambda key: key[0]):
        wanted = list(those)
        for start in range(0, len(wanted), TOGETHER):
            rows |= _loaded(connection, table, server, wanted[start : start + TOGETHER])
    return rows


def _loaded(connection: Connection, table: Table, server: str, keys: list[Key]) -> Rows:
    query = select(table).where(table.c.server == server)
    for place, column in enumerate(KEYS[table.name][1:], 1):
        query = query.where(table.c[column].in_({key[place] for key in keys}))
    found = (dict(row) for row in connection.execute(query).mappings())
    wanted = set(keys)
    return {key: row for row in found if (key := key_of(table, row)) in wanted}


def save(connection: Connection, table: Table, before: Rows, after: Rows) -> None:
    """Write the rows of `after` that differ from those of `before`, which are in the database."""
    new = [row for key, row in after.items() if key not in before]
    for start in range(0, len(new), TOGETHER):
        connection.execute(insert(table), new[start : start + TOGETHER])
    different = [(before[key], row) for key, row in after.items() if before.get(key, row) != row]
    for start in range(0, len(different), TOGETHER):
        some = different[start : start + TOGETHER]
        connection.execute(_update(table), [_values(table, *pair) for pair in some])
    _touch(table, [*((None, row) for row in new), *different])


def _touch(table: Table, changes: Iterable[tuple[Row | None, Row]]) -> None:
    hours, now = _touched.get(), datetime.now(UTC)
    if hours is not None:
        for old, row in changes:
            hours.setdefault(row["server"], set()).update(touched_hours(table, old, row, now))


def _update(table: Table) -> Any:
    found = _found_by(table)
    query = update(table).values({c.name: bindparam(f"new_{c.name}") for c in table.c})
    for column in found:
        query = query.where(table.c[column] == bindparam(f"old_{column}"))
    return query


def _values(table: Table, old: Row, new: Row) -> Row:
    values = {f"new_{column.name}": new[column.name] for column in table.c}
    return values | {f"old_{column}": old[column] for column in _found_by(table)}


def _found_by(table: Table) -> tuple[str, ...]:
    """Return the columns that find a row, its partition included."""
    first = FIRST.get(table.name)
    return KEYS[table.name] + ((first,) if first else ())
