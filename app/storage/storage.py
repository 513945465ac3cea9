"""The storage of this process: files by paths, each call with a time limit."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

from app.storage.backend import Backend
from app.storage.errors import NotStored, StorageError, StorageUnavailable
from app.storage.failures import failed
from app.storage.folder import Folder
from app.storage.objects import Objects
from app.storage.paths import checked

T = TypeVar("T")

READ_TIMEOUT = 8.0  # seconds for one call that a page waits for, waiting for its thread included
WRITE_TIMEOUT = 30.0  # seconds for one write, which may wait for 5 MB to be sent
THREADS = 8
MOST = 16 * 1024 * 1024  # bytes that are read as a whole
BLOCK = 1024 * 1024  # bytes of one read of a stream
GATHERED = 256 * 1024  # bytes of one write
STORING = "Storing a file"
READING = "Reading a file"


class Storage:
    """The files of STORAGE_URL; one for the process, opened by the lifespan.

    All failures are raised as StorageError; a path that isn't one as ValueError (paths.py).
    A file is there as a whole or not at all, and once it was acknowledged, it survives a crash.
    """

    def __init__(self, url: str) -> None:
        self._backend: Backend = Folder(url) if url.startswith("file:") else Objects(url)
        self._threads = ThreadPoolExecutor(THREADS, "storage")
        self.failing: StorageError | None = None  # what the last call found

    @property
    def kind(self) -> str:
        """What kind of storage this is, for people."""
        return self._backend.kind

    @property
    def place(self) -> str:
        """Where the storage is: the path of a folder, or the URL of a bucket."""
        return self._backend.place

    async def prepare(self) -> None:
        """Make ready what can be, and remove what uploads of dead processes left."""
        await self._run(READ_TIMEOUT, "Preparing the storage", self._backend.prepare)

    def close(self) -> None:
        """Take no more calls; what was begun ends within the time limit of its requests."""
        self._threads.shutdown(wait=False)

    async def problem(self) -> StorageError | None:
        """Return what keeps the storage from working now, or None."""
        try:
            await self._run(READ_TIMEOUT, "Checking the storage", self._backend.check)
        except StorageError as error:
            return error
        return None

    async def put(self, path: str, content: bytes) -> None:
        """Store a file, in place of what is there."""
        await self._run(WRITE_TIMEOUT, STORING, self._backend.put, checked(path), content)

    async def put_stream(self, path: str, chunks: AsyncIterator[bytes]) -> int:
        """Store a file as it arrives, in place of what is there; return its bytes.

        If `chunks` raises, or this is canceled, nothing of it is stored. Waiting for chunks takes
        no time of the time limit. If the limit ends the last step, the file may be there.
        """
        begin = self._backend.writer
        writer = await self._run(WRITE_TIMEOUT, STORING, begin, checked(path))
        size, gathered = 0, bytearray()
        try:
            async for chunk in chunks:
                size += len(chunk)
                gathered += chunk
                if len(gathered) >= GATHERED:
                    await self._run(WRITE_TIMEOUT, STORING, writer.write, bytes(gathered))
                    gathered.clear()
            await self._run(WRITE_TIMEOUT, STORING, writer.write, bytes(gathered))
            await self._run(WRITE_TIMEOUT, STORING, writer.commit)
        except BaseException as error:
            aborted = self._threads.submit(writer.abort)
            # who canceled doesn't wait, and a storage that is away would let everybody wait
            if isinstance(error, Exception) and not isinstance(error, StorageUnavailable):
                with suppress(TimeoutError):
                    async with asyncio.timeout(READ_TIMEOUT):
                        await asyncio.shield(asyncio.wrap_future(aborted))
            raise
        return size

    async def get(self, path: str, most: int = MOST) -> bytes:
        """Return a file. Raises NotStored, and StorageError if it has more than `most` bytes."""
        return await self._run(READ_TIMEOUT, READING, self._backend.get, checked(path), most)

    async def stream(
        self, path: str, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """Yield the bytes from `start` on, up to but not including `end`. Raises NotStored.

        No connection is held while the caller does something else, so it may take its time.
        """
        end = await self.size(path) if end is None else end
        while start < end:
            until = min(start + BLOCK, end)
            read = self._backend.read
            block = await self._run(READ_TIMEOUT, READING, read, checked(path), start, until)
            if block:
                yield block
            if len(block) < until - start:
                raise failed(StorageError, READING, "it is shorter than expected")
            start = until

    async def size(self, path: str) -> int:
        """Return the bytes of a file. Raises NotStored."""
        return await self._run(READ_TIMEOUT, READING, self._backend.size, checked(path))

    async def written_at(self, path: str) -> datetime:
        """Return when a file was written, by the storage's clock. Raises NotStored."""
        return await self._run(READ_TIMEOUT, READING, self._backend.written_at, checked(path))

    async def delete(self, paths: Sequence[str]) -> None:
        """Delete files, at most 1,000; those that aren't there are no failure."""
        if paths:
            checked_paths = [checked(path) for path in paths]
            await self._run(WRITE_TIMEOUT, "Deleting files", self._backend.delete, checked_paths)

    async def listed(self, prefix: str = "", after: str = "", most: int = 1000) -> list[str]:
        """Return the first paths below the folder `prefix`, in order, after the path `after`."""
        prefix = checked(prefix) if prefix else ""
        return await self._run(
            READ_TIMEOUT, "Listing files", self._backend.listed, prefix, after, most
        )

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
