"""Opens the storage of this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from app.storage.errors import StorageError
from app.storage.storage import Storage


@asynccontextmanager
async def open_storage(url: str) -> AsyncIterator[Storage]:
    """Open the storage of STORAGE_URL; if it fails now, the dashboard starts all the same."""
    storage = Storage(url)
    try:
        with suppress(StorageError):  # the log has it already
            await storage.prepare()
        yield storage
    finally:
        storage.close()
