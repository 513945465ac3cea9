"""A process that deletes all conversations as old ones, until it is done or killed."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from app.live.hub import Hub
from app.services.conversations.deleting import deleting
from app.services.conversations.deleting.retention import delete_old, delete_old_recordings
from app.services.conversations.deleting.unwanted import clear
from app.storage.storage import Storage
from app.store.store import Store


async def main(url: str, files: str) -> None:
    """Delete small batches, and say so after each; where it is killed, it is in the next one."""
    deleting.TOGETHER = 3
    store, storage = Store(url), Storage(files)
    store.ready = True
    before = datetime.now(UTC) + timedelta(minutes=1)
    working = True
    while working:
        recordings = await delete_old_recordings(store, Hub(), before)
        working = bool(recordings or await delete_old(store, Hub(), before))
        print("deleted", flush=True)
        working = bool((await clear(store, storage)).done) or working
        print("cleared", flush=True)
    await store.close()
    storage.close()


asyncio.run(main(sys.argv[1], sys.argv[2]))
