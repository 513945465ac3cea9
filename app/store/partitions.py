"""Months of history: PostgreSQL keeps each in a partition, so that removing one is a DROP.

SQLite has one table for all months. Rows of months that nothing was made for, which only a wrong
clock causes, are in PostgreSQL's default partition.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

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
    """Make the partitions that are missing for a time; nothing in SQLite.

    Rows of these months that the default partition has taken move into them.
    """
    if connection.dialect.name != "postgresql":
        return
    for table in MONTHLY:
        present = set(connection.execute(PARTITIONS, {"parent": table}).scalars())
        for month in _months(since, until):
            if _name(table, month) not in present:
                _add_month(connection, table, month)


def _add_month(connection: Connection, table: str, month: datetime) -> None:
    name, first, end = _name(table, month), _micro(month), _micro(_next(month))
    column = MONTHLY[table]
    # names and numbers of our own, which no statement takes as parameters
    taken = (
        f"DELETE FROM {table}_default WHERE {column} >= {first} AND {column} < {end}"  # noqa: S608
    )
    moved = (
        f"WITH moved AS ({taken} RETURNING *) INSERT INTO {name} SELECT * FROM moved"  # noqa: S608
    )
    for statement in (
        f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
        moved,
        f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ({first}) TO ({end})",
    ):
        connection.execute(text(statement))


def add_near_months(connection: Connection, now: datetime) -> None:
    """Make the partitions for the months around now."""
    add_months(connection, now - BEHIND, now + AHEAD)


def drop_before(connection: Connection, table: str, moment: datetime) -> list[str]:
    """Drop the partitions of whole months before a moment, and return their names."""
    if connection.dialect.name != "postgresql":
        return []
    names = list(_partitions_before(connection, table, moment))
    for name in names:
        connection.execute(text(f"DROP TABLE {name}"))
    return names


def months_of_default(connection: Connection, since: datetime, until: datetime) -> list[datetime]:
    """Return the months of a time of which the default partitions have rows."""
    months: set[datetime] = set()
    if connection.dialect.name == "postgresql":
        for table, column in MONTHLY.items():
            query = text(
                f"SELECT DISTINCT date_trunc('month', to_timestamp({column} / 1000000), 'UTC') "  # noqa: S608
                f"FROM {table}_default WHERE {column} >= :since AND {column} < :until"
            )
            moments = {"since": _micro(since), "until": _micro(until)}
            months |= {_first(month) for month in connection.execute(query, moments).scalars()}
    return sorted(months)


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
