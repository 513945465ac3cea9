"""A process that projects what waits in a database, until it is done or killed."""

import asyncio
import sys

from app.services.history.projecting.projector import project, waiting
from app.store.store import Store


async def main(url: str) -> None:
    """Project small batches, and say so after each."""
    store = Store(url)
    store.ready = True
    while events := await waiting(store, 20):
        await project(store, events)
        print("projected", flush=True)
    await store.close()


asyncio.run(main(sys.argv[1]))
