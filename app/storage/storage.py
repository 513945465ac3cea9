"""The storage of this process: files by paths, each call with a time limit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from app.storage import readable
from app.storage.backend import Backend
from app.storage.errors import StorageError, StorageUnavailable
from app.storage.folder import Folder
from app.storage.objects import Objects
from app.storage.paths import checked
from app.storage.readable import READING, Readable

MOST = 16 * 1024 * 1024  # bytes that are read as a whole
GATHERED = 256 * 1024  # bytes of one write
STORING = "Storing a file"


class Storage(Readable):
    """The files of STORAGE_URL; one for the process, opened by the lifespan.

    All failures are raised as StorageError; a path that isn't one as ValueError (paths.py).
    A file is there as a whole or not at all, and once it was acknowledged, it survives a crash.
    """

    def __init__(self, url: str) -> None:
        self._backend: Backend = Folder(url) if url.startswith("file:") else Objects(url)
        super().__init__(self._backend, checked)

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
        await self._run(readable.READ_TIMEOUT, "Preparing the storage", self._backend.prepare)

    async def problem(self) -> StorageError | None:
        """Return what keeps the storage from working now, or None."""
        try:
            await self._run(readable.READ_TIMEOUT, "Checking the storage", self._backend.check)
        except StorageError as error:
            return error
        return None

    async def put(self, path: str, content: bytes) -> None:
        """Store a file, in place of what is there."""
        await self._run(readable.WRITE_TIMEOUT, STORING, self._backend.put, checked(path), content)

    async def put_stream(self, path: str, chunks: AsyncIterator[bytes]) -> int:
        """Store a file as it arrives, in place of what is there; return its bytes.

        If `chunks` raises, or this is canceled, nothing of it is stored. Waiting for chunks takes
        no time of the time limit. If the limit ends the last step, the file may be there.
        """
        begin = self._backend.writer
        writer = await self._run(readable.WRITE_TIMEOUT, STORING, begin, checked(path))
        size, gathered = 0, bytearray()
        try:
            async for chunk in chunks:
                size += len(chunk)
                gathered += chunk
                if len(gathered) >= GATHERED:
                    await self._run(readable.WRITE_TIMEOUT, STORING, writer.write, bytes(gathered))
                    gathered.clear()
            await self._run(readable.WRITE_TIMEOUT, STORING, writer.write, bytes(gathered))
            await self._run(readable.WRITE_TIMEOUT, STORING, writer.commit)
        except BaseException as error:
            aborted = self._threads.submit(writer.abort)
            # who canceled doesn't wait, and a storage that is away would let everybody wait
            if isinstance(error, Exception) and not isinstance(error, StorageUnavailable):
                with suppress(TimeoutError):
                    async with asyncio.timeout(readable.READ_TIMEOUT):
                        await asyncio.shield(asyncio.wrap_future(aborted))
            raise
        return size

    async def get(self, path: str, most: int = MOST) -> bytes:
        """Return a file. Raises NotStored, and StorageError if it has more than `most` bytes."""
        limit, read = readable.READ_TIMEOUT, self._backend.get
        return await self._run(limit, READING, read, checked(path), most)

    async def listed(self, prefix: str = "", after: str = "", most: int = 1000) -> list[str]:
        """Return the first paths below the folder `prefix`, in order, after the path `after`."""
        prefix = checked(prefix) if prefix else ""
        return await self._run(
            readable.READ_TIMEOUT, "Listing files", self._backend.listed, prefix, after, most
        )
