"""A link through the store: PostgreSQL's LISTEN and NOTIFY, on two connections of their own.

A connection that waits for notifications can't send any. A pooler in transaction mode passes none
on, which the relay notices, because PostgreSQL also notifies who sent it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from sqlalchemy import URL

CHANNEL = "livekit_dashboard_live"
LARGEST = 7_900  # bytes; PostgreSQL's limit is 8000 (documentation, NOTIFY)
PATIENCE = 5  # seconds to connect
# A server that disappeared is noticed within a minute.
KEEPALIVES = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}


class ByPostgres:
    """The link through the database at this URL."""

    name = "PostgreSQL"
    largest = LARGEST
    echoes = True
    failures = (psycopg.Error, OSError)

    def __init__(self, url: URL) -> None:
        self._url = url

    @asynccontextmanager
    async def connected(self, origin: str) -> AsyncIterator["Notifications"]:
        """Connect twice, and listen. Raises psycopg.Error or OSError."""
        async with await self._connection() as hears, await self._connection() as tells:
            await hears.execute(f"LISTEN {CHANNEL}")
            yield Notifications(hears, tells)

    async def _connection(self) -> psycopg.AsyncConnection[Any]:
        _, own = self._url.get_dialect()().create_connect_args(self._url)
        arguments: dict[str, Any] = {"connect_timeout": PATIENCE, **KEEPALIVES, **own}
        return await psycopg.AsyncConnection.connect(**arguments, autocommit=True)


class Notifications:
    """One connection that hears, and one that tells."""

    def __init__(
        self, hears: psycopg.AsyncConnection[Any], tells: psycopg.AsyncConnection[Any]
    ) -> None:
        self._hears = hears
        self._tells = tells

    async def send(self, message: str) -> None:
        """Notify everybody who listens, this process too. Raises psycopg.Error."""
        await self._tells.execute("SELECT pg_notify(%s, %s)", (CHANNEL, message))

    async def messages(self) -> AsyncIterator[str]:
        """Yield what was sent by anybody. Raises psycopg.Error."""
        async for notification in self._hears.notifies():
            yield notification.payload
