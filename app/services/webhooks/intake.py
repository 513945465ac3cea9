"""Keeps webhooks in the store before they are acknowledged; those that wait share a commit."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.live.feed import ALIVE_SECONDS
from app.services.audit.writing import storable
from app.services.webhooks.receiving import ReceivedWebhook
from app.store.errors import StoreError
from app.store.schema import WEBHOOK_EVENTS
from app.store.schema.events import LONGEST_NAME
from app.store.store import Store

TOGETHER = 100  # events in one transaction
LIVEKIT = "livekit"
TEST = "test"
LONGEST_ID = 64
KEY = ("server", "event_id", "created_at")


class Intake:
    """Writes webhooks one transaction after another, with all that came meanwhile."""

    def __init__(self, store: Store, then: Callable[[], None] = lambda: None) -> None:
        """`then` is called after each commit."""
        self._store = store
        self._then = then
        self._waiting: list[tuple[ReceivedWebhook, asyncio.Future[bool]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def keep(self, webhook: ReceivedWebhook) -> bool:
        """Return once the webhook is in the store: False if it was there already.

        Raises StoreError if it could not be written.
        """
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((webhook, future))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        return await future

    async def _write(self) -> None:
        try:
            while self._waiting:
                together, self._waiting = self._waiting[:TOGETHER], self._waiting[TOGETHER:]
                await self._write_together(together)
        finally:
            self._writer = None

    async def _write_together(
        self, together: Sequence[tuple[ReceivedWebhook, asyncio.Future[bool]]]
    ) -> None:
        try:
            new = await self._added([webhook for webhook, _ in together])
        except StoreError as error:
            for _, future in together:
                _fail(future, error)
        except SQLAlchemyError as error:
            if len(together) == 1:
                _fail(together[0][1], error)
                return
            for one in together:  # one event that the database rejects must not hold up the others
                await self._write_together([one])
        else:
            self._then()
            for (_, future), is_new in zip(together, new, strict=True):
                if not future.done():
                    future.set_result(is_new)
        finally:
            for _, future in together:
                _fail(future, StoreError())  # whatever happened, nobody waits forever

    async def _added(self, webhooks: Sequence[ReceivedWebhook]) -> list[bool]:
        rows: dict[tuple[Any, ...], dict[str, Any]] = {}
        new = []
        for webhook in webhooks:
            row = _row(webhook)
            key = tuple(row[name] for name in KEY)
            first = rows.setdefault(key, row)
            if first is not row:  # a statement can't change a row twice
                first["duplicates"] += 1
            new.append((key, first is row))
        async with self._store.write() as connection:
            added = await self._add(connection, list(rows.values()))
        return [is_first and key in added for key, is_first in new]

    async def _add(
        self, connection: AsyncConnection, rows: list[dict[str, Any]]
    ) -> set[tuple[Any, ...]]:
        """Add the rows that are new, count the others, and return the keys of those added."""
        events = WEBHOOK_EVENTS.c
        insert = self._store.dialect.insert(WEBHOOK_EVENTS)
        repeated = insert.excluded.duplicates + 1
        counted = insert.on_conflict_do_update(
            index_elements=KEY, set_={"duplicates": events.duplicates + repeated}
        )
        keys = [events[name] for name in KEY]
        result = await connection.execute(counted.returning(*keys, events.received_at), rows)
        received = {tuple(row[name] for name in KEY): row["received_at"] for row in rows}
        return {tuple(row[:-1]) for row in result if row[-1] == received[tuple(row[:-1])]}


async def last_moments(store: Store) -> dict[str, datetime]:
    """Return when what LiveKit reported in the last minutes happened, by event. Raises StoreError.

    So a dashboard that was restarted knows that webhooks arrive.
    """
    events = WEBHOOK_EVENTS.c
    since = datetime.now(UTC) - timedelta(seconds=ALIVE_SECONDS)
    latest = func.max(events.created_at, type_=events.created_at.type)
    found = select(events.event, latest).where(events.received_at > since, events.origin == LIVEKIT)
    async with store.read() as connection:
        rows = await connection.execute(found.group_by(events.event))
        return {row[0]: row[1] for row in rows}


def _fail(future: asyncio.Future[bool], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


def _row(webhook: ReceivedWebhook) -> dict[str, Any]:
    return {
        "server": webhook.server,
        "event_id": storable(webhook.event_id)[:LONGEST_ID],
        "event": storable(webhook.event)[:LONGEST_ID],
        "origin": TEST if webhook.is_test else LIVEKIT,
        "created_at": webhook.created_at,
        "received_at": webhook.received_at,
        "room": storable(webhook.room)[:LONGEST_NAME],
        "room_sid": storable(webhook.room_sid)[:LONGEST_ID],
        "identity": storable(webhook.identity)[:LONGEST_NAME],
        "resource": storable(webhook.resource)[:LONGEST_ID],
        "duplicates": 0,
        "projected": False,
        "body": storable(webhook.body),
    }
