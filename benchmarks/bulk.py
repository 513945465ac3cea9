"""Many rows, written as quickly as the database takes them."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import psycopg
from sqlalchemy import Connection, Table, func, select, text

from app.store.migrating import migrate
from app.store.partitions import add_months
from app.store.store import Store, driver_ended

BATCH = 2_000  # items, each with rows of several tables

Row = dict[str, Any]
Rows = dict[str, list[Row]]  # by the name of their table


async def write(
    database_url: str,
    tables: Sequence[Table],
    items: Iterator[Rows],
    months: tuple[datetime, datetime] | None = None,
) -> None:
    """Bring the schema up to date, and add rows, with partitions of history for all `months`.

    The indexes of the tables are made at the end, which is faster.
    """
    store = Store(database_url)
    try:
        await migrate(store)
        async with store.migration() as connection:
            if months:
                await connection.run_sync(add_months, *months)
            words = await connection.run_sync(_drop_indexes, tables)
        copy = _copy if store.url.get_backend_name() == "postgresql" else _insert
        copy(store, tables, iter(lambda: list(islice(items, BATCH)), []))
        async with store.migration() as connection:
            await connection.run_sync(_make_indexes, tables, words)
            await connection.execute(text("ANALYZE"))
    finally:
        await store.close()
        await driver_ended()


def _drop_indexes(connection: Connection, tables: Sequence[Table]) -> list[str]:
    """Drop the indexes of the tables; return how to make those that the schema doesn't declare."""
    for table in tables:
        for index in table.indexes:
            index.drop(connection)
    words: list[str] = []
    if connection.dialect.name == "postgresql":
        query = text(
            "SELECT indexname, indexdef FROM pg_indexes WHERE indexdef LIKE '% USING gin %'"
        )
        for name, statement in connection.execute(query).all():
            words.append(statement)
            connection.execute(text(f"DROP INDEX {name}"))
    return words


def _make_indexes(connection: Connection, tables: Sequence[Table], words: Sequence[str]) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
    for table in tables:
        for index in table.indexes:
            index.create(connection)
        _number_on(connection, table)
    for statement in words:
        connection.exec_driver_sql(statement)


def _number_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number the next row after those that were written with their numbers."""
    numbered = table.autoincrement_column
    if (
        connection.dialect.name == "postgresql"
        and numbered is not None
        and numbered.autoincrement is True
    ):
        last = select(func.max(numbered)).scalar_subquery()
        sequence = func.pg_get_serial_sequence(table.name, numbered.name)
        connection.execute(select(func.setval(sequence, last)))


def _insert(store: Store, tables: Sequence[Table], batches: Iterable[list[Rows]]) -> None:
    connection = sqlite3.connect(str(store.url.database))
    connection.execute("PRAGMA cache_size = -500000")
    for batch in batches:
        for table in tables:
            names = [column.name for column in table.columns]
            marks = ", ".join("?" * len(names))
            statement = (
                f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
            )
            connection.executemany(statement, _values(table, names, batch))
        connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _copy(store: Store, tables: Sequence[Table], batches: Iterable[list[Rows]]) -> None:
    url = store.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        for batch in batches:
            for table in tables:
                names = [column.name for column in table.columns]
                statement = f"COPY {table.name} ({', '.join(names)}) FROM STDIN"
                with connection.cursor().copy(statement) as copy:
                    for values in _values(table, names, batch):
                        copy.write_row(values)
            connection.commit()


def _values(table: Table, names: list[str], batch: list[Rows]) -> Iterator[list[Any]]:
    for rows in batch:
        for row in rows.get(table.name, ()):
            yield [row.get(name) for name in names]
