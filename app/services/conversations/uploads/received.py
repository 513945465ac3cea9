"""Which workers uploaded lately, as the newest conversations show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import CONVERSATIONS
from app.store.store import Store

SEARCHED = 2_000  # conversations
MOST = 50  # workers
ROWS = CONVERSATIONS.c


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker by its ID, or if it doesn't say one, by the address from which it uploads."""

    worker: str
    agent: str
    sdk_version: str
    address: str
    last_at: datetime
    conversations: int


async def workers(store: Store, server: str = DEFAULT_SERVER) -> Sequence[Worker]:
    """Return the workers that uploaded the newest conversations, the last one first.

    Raises StoreError.
    """
    columns = (ROWS.worker, ROWS.agent, ROWS.sdk_version, ROWS.address, ROWS.heard_at)
    query = select(*columns).where(ROWS.server == server)
    query = query.order_by(ROWS.heard_at.desc()).limit(SEARCHED)
    found: dict[tuple[str, str], Worker] = {}
    async with store.read() as connection:
        for row in await connection.execute(query):
            key = (row.worker or row.address, row.agent)
            newest = found.get(key)
            if newest is None:
                found[key] = Worker(*row, conversations=1)
            else:
                sdk_version = newest.sdk_version or row.sdk_version
                found[key] = Worker(
                    newest.worker,
                    newest.agent,
                    sdk_version,
                    newest.address,
                    newest.last_at,
                    newest.conversations + 1,
                )
    return list(found.values())[:MOST]
