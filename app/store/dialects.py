"""All that differs between SQLite and PostgreSQL, in one place."""

import select
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import URL, ColumnElement, Connection, Select, Table, and_, event, text, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.store.words import Among, by_fts5, by_gin

BUSY_SECONDS = 5
READERS = 4
CACHE_KIB = 512  # of each connection; the system's own cache has the whole file
POOL = 5
LAST = "\U0010ffff"  # no character comes after it
# After this long without a use, a connection may have been dropped without a sign of it.
IDLE_SECONDS = 5

# Held by the instance that migrates. Any number will do; all instances must use the same one.
MIGRATION_LOCK = 5_413_225_201


class Dialect(Protocol):
    """What a database needs of its own."""

    def engines(self, url: URL) -> tuple[AsyncEngine, AsyncEngine]:
        """Return the engine that reads and the engine that writes; they may be the same."""

    def identity(self, url: URL) -> object:
        """Return what changes if the database is replaced while connections are open."""

    def insert(self, table: Table) -> Any:
        """Return an INSERT that knows ON CONFLICT."""

    def begins(self, column: ColumnElement[str], start: str) -> ColumnElement[bool]:
        """Return a condition, which an index by bytes knows: a text begins with `start`."""

    def matches(self, column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
        """Return a condition: a text matches a pattern in which `*` stands for anything."""

    def months(self, column: ColumnElement[Any], since: Any, until: Any) -> ColumnElement[bool]:
        """Return a condition that is true from one moment to another: which partitions to read."""

    def with_words(
        self, items: Table, query: Select[Any], words: Sequence[str], among: Among | None = None
    ) -> Select[Any]:
        """Return a query of the items whose text has all words, the last one as a beginning."""

    def lock_schema(self, connection: Connection) -> None:
        """Wait until no other instance migrates; the transaction's end releases the lock."""

    def lock_rows_of(self, connection: Connection, name: str) -> None:
        """Let no other transaction that locks `name` run beside this one."""


class SQLite:
    """One file: any number of readers, one writer at a time (WAL, sqlite.org/wal.html).

    A write transaction takes the write lock when it begins. One that only turned into a write
    later could find that another had written since, and would have to begin again.
    """

    with_words = staticmethod(by_fts5)

    def engines(self, url: URL) -> tuple[AsyncEngine, AsyncEngine]:
        """Return a pool of readers, and one writer, for which writes queue in the process."""
        limits: dict[str, Any] = {"max_overflow": 0, "pool_timeout": 5, "hide_parameters": True}
        readers = create_async_engine(url, pool_size=READERS, **limits)
        writer = create_async_engine(url, pool_size=1, **limits)
        _prepare(readers, "BEGIN")
        _prepare(writer, "BEGIN IMMEDIATE")
        return readers, writer

    def identity(self, url: URL) -> object:
        """Return the number of the file, which connections keep open when it is deleted."""
        try:
            found = Path(url.database or "").stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def insert(self, table: Table) -> Any:
        """Return SQLite's INSERT."""
        return sqlite.insert(table)

    def begins(self, column: ColumnElement[str], start: str) -> ColumnElement[bool]:
        """Compare the text, which SQLite sorts by its bytes."""
        return and_(column >= start, column <= start + LAST)

    def matches(self, column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
        """Use GLOB, which tells upper from lower case."""
        literal = pattern.replace("[", "[[]").replace("?", "[?]")
        return column.op("GLOB", is_comparison=True)(literal)

    def months(self, column: ColumnElement[Any], since: Any, until: Any) -> ColumnElement[bool]:
        """Return what is true: there is one table, and the condition could mislead to its index."""
        return true()

    def lock_schema(self, connection: Connection) -> None:
        """Do nothing: the write transaction is the lock."""

    def lock_rows_of(self, connection: Connection, name: str) -> None:
        """Do nothing: the write transaction is the lock."""


class PostgreSQL:
    """A server: time limits that the server itself enforces, unless the URL has others."""

    with_words = staticmethod(by_gin)

    def engines(self, url: URL) -> tuple[AsyncEngine, AsyncEngine]:
        """Return a pool of readers, and one of writers, whose locks must not delay readers.

        Readers need no transaction around their statements: at READ COMMITTED, each statement sees
        its own state anyway, and BEGIN and ROLLBACK would be two more round trips.
        """
        readers = self._engine(url, "AUTOCOMMIT", skip_autocommit_rollback=True)
        writers = self._engine(url, "READ COMMITTED")  # after a lock, see what its holder wrote
        return readers, writers

    def _engine(self, url: URL, isolation_level: str, **more: bool) -> AsyncEngine:
        limits = f"-c statement_timeout={BUSY_SECONDS}s -c lock_timeout={BUSY_SECONDS}s"
        arguments = {
            "connect_timeout": url.query.get("connect_timeout", BUSY_SECONDS),
            "options": " ".join([limits, *url.normalized_query.get("options", ())]),
        }
        engine = create_async_engine(
            url,
            isolation_level=isolation_level,
            pool_size=POOL,
            max_overflow=0,
            pool_timeout=5,
            hide_parameters=True,  # an error's text, which the log may get, has no values
            connect_args=arguments,
            **more,
        )
        _replace_lost(engine)
        return engine

    def identity(self, url: URL) -> object:
        """Return nothing: a server ends the connections to a database that is dropped."""

    def insert(self, table: Table) -> Any:
        """Return PostgreSQL's INSERT."""
        return postgresql.insert(table)

    def begins(self, column: ColumnElement[str], start: str) -> ColumnElement[bool]:
        """Compare by bytes, whatever the collation: the operators of text_pattern_ops."""
        first = column.op("~>=~", is_comparison=True)(start)
        return and_(first, column.op("~<=~", is_comparison=True)(start + LAST))

    def matches(self, column: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
        """Use LIKE."""
        for special in ("\\", "%", "_"):
            pattern = pattern.replace(special, "\\" + special)
        return column.like(pattern.replace("*", "%"), escape="\\")

    def months(self, column: ColumnElement[Any], since: Any, until: Any) -> ColumnElement[bool]:
        """Compare the column by which the table is partitioned."""
        return column.between(since, until)

    def lock_schema(self, connection: Connection) -> None:
        """Wait for the lock without a time limit: another instance may migrate for minutes."""
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        lock = text("SELECT pg_advisory_xact_lock(:number)")
        connection.execute(lock, {"number": MIGRATION_LOCK})

    def lock_rows_of(self, connection: Connection, name: str) -> None:
        """Take an advisory lock (PostgreSQL documentation, 13.3.5)."""
        lock = text("SELECT pg_advisory_xact_lock(hashtext(:name))")
        connection.execute(lock, {"name": name})


DIALECTS: dict[str, Callable[[], Dialect]] = {"sqlite": SQLite, "postgresql": PostgreSQL}


def dialect_of(url: URL) -> Dialect:
    """Return the dialect of a database."""
    return DIALECTS[url.get_backend_name()]()


def _prepare(engine: AsyncEngine, begin: str) -> None:
    """Set what SQLite has per connection, and let SQLAlchemy begin transactions, not the driver.

    Python's sqlite3 begins a transaction only before some statements, and none before DDL.
    """

    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: Any, _: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "journal_mode=WAL",
            "synchronous=FULL",  # what was acknowledged survives a power failure
            "foreign_keys=ON",
            f"cache_size=-{CACHE_KIB}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def began(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


def _replace_lost(engine: AsyncEngine) -> None:
    """Connect again, before a connection is used, if a server that was restarted has closed it.

    SQLAlchemy's `pool_pre_ping` asks the server each time, which is a round trip for every page.
    """

    @event.listens_for(engine.sync_engine, "checkin")
    def returned(_: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def taken(connection: Any, record: Any, _: Any) -> None:
        used = record.info.get("used")
        if used is None:  # a new one
            return
        if time.monotonic() - used < IDLE_SECONDS and not _has_news(connection.driver_connection):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError("the server has closed the connection") from error


def _has_news(connection: Any) -> bool:
    """Return whether the server sent what nobody asked for, such as its end, or may have."""
    if connection.closed or not hasattr(select, "poll"):
        return True
    arrived = select.poll()
    arrived.register(connection.fileno(), select.POLLIN)
    return bool(arrived.poll(0))
