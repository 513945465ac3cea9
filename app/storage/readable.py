"""Files of a storage, to be read and deleted: each call in a thread, with a time limit."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from app.storage.backend import Source
from app.storage.errors import NotStored, StorageError, StorageUnavailable
from app.storage.failures import failed

T = TypeVar("T")

READ_TIMEOUT = 8.0  # seconds for one call that a page waits for, waiting for its thread included
WRITE_TIMEOUT = 30.0  # seconds for one write, which may wait for 5 MB to be sent
THREADS = 8
BLOCK = 1024 * 1024  # bytes of one read of a stream
READING = "Reading a file"


class Readable:
    """The files of one storage; `check` returns a path, or raises ValueError for one that isn't.

    All failures are raised as StorageError.
    """

    def __init__(self, source: Source, check: Callable[[str], str]) -> None:
        self._source = source
        self._check = check
        self._threads = ThreadPoolExecutor(THREADS, "storage")
        self.failing: StorageError | None = None  # what the last call found

    def close(self) -> None:
        """Take no more calls; what was begun ends within the time limit of its requests."""
        self._threads.shutdown(wait=False)

    async def stream(
        self, path: str, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """Yield the bytes from `start` on, up to but not including `end`. Raises NotStored.

        No connection is held while the caller does something else, so it may take its time.
        """
        end = await self.size(path) if end is None else end
        while start < end:
            until = min(start + BLOCK, end)
            read = self._source.read
            block = await self._run(READ_TIMEOUT, READING, read, self._check(path), start, until)
            if block:
                yield block
            if len(block) < until - start:
                raise failed(StorageError, READING, "it is shorter than expected")
            start = until

    async def size(self, path: str) -> int:
        """Return the bytes of a file. Raises NotStored."""
        return await self._run(READ_TIMEOUT, READING, self._source.size, self._check(path))

    async def written_at(self, path: str) -> datetime:
        """Return when a file was written, by the storage's clock. Raises NotStored."""
        return await self._run(READ_TIMEOUT, READING, self._source.written_at, self._check(path))

    async def delete(self, paths: Sequence[str]) -> None:
        """Delete files, at most 1,000; those that aren't there are no failure."""
        if paths:
            checked_paths = [self._check(path) for path in paths]
            await self._run(WRITE_TIMEOUT, "Deleting files", self._source.delete, checked_paths)

    async def call(self, doing: str, work: Callable[..., T], *words: object) -> T:
        """Do something else with the storage, such as getting its keys from a role."""
        return await self._run(READ_TIMEOUT, doing, work, *words)

    async def _run(self, limit: float, doing: str, work: Callable[..., T], *words: object) -> T:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(limit):
                answer = await loop.run_in_executor(self._threads, work, *words)
        except TimeoutError:
            self.failing = failed(StorageUnavailable, doing, f"no response within {limit:g} s")
            raise self.failing from None
        except NotStored:
            self.failing = None
            raise
        except StorageError as error:
            self.failing = error
            raise
        self.failing = None
        return answer
