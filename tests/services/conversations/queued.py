"""The queue of batches that are passed on: rounds of the forwarder, and time that passes."""

from datetime import UTC, datetime

from sqlalchemy import update

from app.services.conversations.forwarding.backend import Backend
from app.services.conversations.forwarding.forwarder import Forwarder
from app.services.conversations.forwarding.queue import Queue, queue
from app.store.schema import CONVERSATION_BATCHES
from tests.support.kept import Kept

HEADERS = {"authorization": "Bearer x", "x-team": "voice"}


async def forward(kept: Kept, url: str) -> float:
    """Run one round, and return the seconds until the next."""
    async with Backend(url, HEADERS) as backend:
        return await Forwarder(kept.store, kept.storage, backend).round()


async def is_due(kept: Kept, **values: object) -> None:
    """Let the time until the next try of all batches pass."""
    waiting = CONVERSATION_BATCHES.c.forward_at.is_not(None)
    due = {"forward_at": datetime.now(UTC)} | values
    async with kept.store.write() as connection:
        await connection.execute(update(CONVERSATION_BATCHES).where(waiting).values(**due))


async def fares(kept: Kept) -> Queue:
    """Return how the queue fares."""
    return await queue(kept.store)
