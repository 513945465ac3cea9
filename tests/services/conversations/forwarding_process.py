"""A process that forwards what waits, until nothing is due or it is killed."""

import asyncio
import sys

from app.services.conversations.forwarding.backend import Backend
from app.services.conversations.forwarding.forwarder import IDLE, Forwarder
from app.storage.storage import Storage
from app.store.store import Store


async def main(url: str, files: str, to: str) -> None:
    """Forward until nothing is due."""
    store, storage = Store(url), Storage(files)
    store.ready = True
    async with Backend(to, {}) as backend:
        while await Forwarder(store, storage, backend).round() != IDLE:
            pass
    await store.close()
    storage.close()


asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3]))
