"""Months of history: PostgreSQL keeps each in a partition, so that removing one is a DROP.

SQLite has one table for all months. Rows of months that nothing was made for, which only a wrong
clock causes, are in PostgreSQL's default partition.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, text

from app.store.schema import METADATA

# The tables, and the moment that decides a row's month.
MONTHLY = {
    "webhook_events": "created_at",
    "sessions": "started_at",
    "connections": "joined_at",
    "tracks": "published_at",
    "calls": "started_at",
}
AHEAD = timedelta(days=62)
BEHIND = timedelta(days=62)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Partitions are named here and by nobody else, so a name says which month it has.
PARTITIONS = text(
    "SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid "
    "WHERE inhparent = CAST(:parent AS regclass)"
)


def add_months(connection: Connection, since: datetime, until: datetime) -> None:
    """Make the partitions that are missing for a time; nothing in SQLite."""
    if connection.dialect.name != "postgresql":
        return
    for table in MONTHLY:
        present = set(connection.execute(PARTITIONS, {"parent": table}).scalars())
        for month in _months(since, until):
            if (name := _name(table, month)) not in present:
                bounds = f"FROM ({_micro(month)}) TO ({_micro(_next(month))})"
                connection.execute(
                    text(f"CREATE TABLE {name} PARTITION OF {table} FOR VALUES {bounds}")
                )


def add_near_months(connection: Connection, now: datetime) -> None:
    """Make the partitions for the months around now."""
    add_months(connection, now - BEHIND, now + AHEAD)


def remove_before(connection: Connection, table: str, moment: datetime) -> int:
    """Remove the rows older than a moment: whole months by a DROP, the rest by a DELETE.

    Returns how many rows the DELETE removed, to which a DROP adds what nobody counted.
    """
    if connection.dialect.name == "postgresql":
        for name in _partitions_before(connection, table, moment):
            connection.execute(text(f"DROP TABLE {name}"))
    rows = METADATA.tables[table]
    return connection.execute(delete(rows).where(rows.c[MONTHLY[table]] < moment)).rowcount


def _partitions_before(connection: Connection, table: str, moment: datetime) -> Iterable[str]:
    present = sorted(connection.execute(PARTITIONS, {"parent": table}).scalars())
    newest = _name(table, moment)
    return [name for name in present if name.removeprefix(table)[1:2].isdigit() and name < newest]


def _months(since: datetime, until: datetime) -> Iterator[datetime]:
    month = _first(since)
    while month <= until:
        yield month
        month = _next(month)


def _first(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _next(month: datetime) -> datetime:
    return _first(month + timedelta(days=31))


def _name(table: str, moment: datetime) -> str:
    return f"{table}_{moment.astimezone(UTC):%Y_%m}"


def _micro(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)
