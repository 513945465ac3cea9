"""The store of this process: transactions that read and transactions that write."""

import asyncio
import threading
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

import structlog
from sqlalchemy import event, inspect, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.store.addresses import engine_url
from app.store.dialects import dialect_of
from app.store.errors import StoreError, StoreUnavailable
from app.store.failures import translated

log = structlog.get_logger("store")

TIMEOUT = 8.0  # seconds for one transaction, waiting for its connection included


async def driver_ended(others: Collection[threading.Thread] = ()) -> None:
    """Wait for the threads of SQLite connections that failed, before the event loop ends.

    aiosqlite doesn't wait for them, and they report to the loop: on a closed one, that is a
    traceback. For programs that end with their store; a server's loop lives on. `others` are the
    threads of stores that stay open.
    """
    for thread in threading.enumerate():
        if thread.name.endswith("(_connection_worker_thread)") and thread not in others:
            await asyncio.to_thread(thread.join, 1.0)


class Store:
    """The database of DATABASE_URL; one for the process, opened by the lifespan.

    All failures of the database are raised as StoreError.
    """

    def __init__(self, database_url: str) -> None:
        self.url = engine_url(database_url)
        self.dialect = dialect_of(self.url)
        self._readers, self._writers = self.dialect.engines(self.url)
        self.ready = False  # until the schema is up to date
        self.failing: StoreError | None = None  # what the last transaction found
        self._identity: object = None  # of the database whose schema is up to date
        self._replaced = 0  # how often the database was replaced
        for engine in {self._readers, self._writers}:
            self._renew_connections(engine)

    async def close(self) -> None:
        """Close all connections."""
        await self._readers.dispose()
        await self._writers.dispose()

    @property
    def name(self) -> str:
        """Return which database this is: SQLite or PostgreSQL."""
        return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[self.url.get_backend_name()]

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection that changes nothing.

        In SQLite all statements see one state of the database, in PostgreSQL each sees its own.
        """
        self._check_ready()
        async with self.inspection() as connection:
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that is committed at the end, or rolled back if anything is raised."""
        self._check_ready()
        async with self._observed(), asyncio.timeout(TIMEOUT), self._writers.begin() as connection:
            yield connection

    @asynccontextmanager
    async def migration(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that changes the schema, without a time limit: tables may be large."""
        async with self._observed(), self._writers.begin() as connection:
            yield connection
        self._identity = self.dialect.identity(self.url)
        self.ready = True

    @asynccontextmanager
    async def inspection(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that reads the schema, whatever it is."""
        async with (
            self._observed(),
            asyncio.timeout(TIMEOUT),
            self._readers.connect() as connection,
        ):
            yield connection

    async def check_identity(self) -> None:
        """Connect again, to what there is now, if the database was replaced or lost its tables."""
        if self.dialect.identity(self.url) == self._identity and not await self._is_empty():
            return
        log.error("the database was replaced or deleted, what it had is gone", store=self.name)
        self.ready = False
        self.failing = StoreUnavailable("The database was replaced or deleted.")
        self._replaced += 1  # no connection to the old one is used again

    async def _is_empty(self) -> bool:
        async with self.inspection() as connection:
            return not await connection.run_sync(lambda c: inspect(c).has_table("alembic_version"))

    async def problem(self) -> StoreError | None:
        """Return what keeps the store from answering now, or None."""
        try:
            async with self.read() as connection:
                await connection.execute(text("SELECT 1"))
        except StoreError as error:
            return error
        return None

    @asynccontextmanager
    async def _observed(self) -> AsyncIterator[None]:
        try:
            with translated():
                yield
        except StoreError as error:
            self.failing = error
            raise
        self.failing = None

    def _renew_connections(self, engine: AsyncEngine) -> None:
        """Let the engine close connections to a database that was replaced, once they are free."""

        @event.listens_for(engine.sync_engine, "connect")
        def connected(_: Any, record: Any) -> None:
            record.info["replaced"] = self._replaced

        @event.listens_for(engine.sync_engine, "checkout")
        def taken(_: Any, record: Any, __: Any) -> None:
            if record.info["replaced"] != self._replaced:
                raise DisconnectionError("the database was replaced")  # SQLAlchemy connects again

    def _check_ready(self) -> None:
        if not self.ready:
            raise StoreUnavailable("The database has not responded since the dashboard started.")
