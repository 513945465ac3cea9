"""Conversations in a store and a storage without a dashboard: uploads are kept as it does it."""

import gzip
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Table, func, select

from app.live.hub import Hub
from app.services.conversations.files import recording_path
from app.services.conversations.keeping import Recording, Uploads
from app.services.conversations.receiving import receive_batch, receive_recording
from app.services.conversations.states import Batch
from app.services.conversations.uploads.signing import Uploader
from app.storage.errors import StorageError
from app.storage.storage import Storage
from app.store.store import Store
from tests.support.stores import in_store
from tests.support.uploads import PROTOBUF, Spoken

T = TypeVar("T")
SERVER = "default"
UPLOADER = Uploader(SERVER, "APItests")


@dataclass(slots=True)
class Kept:
    """A store, a storage, and what keeps uploads in them."""

    store: Store
    storage: Storage
    forwards: bool = False
    hub: Hub = field(default_factory=Hub)

    @property
    def uploads(self) -> Uploads:
        """What keeps uploads."""
        return Uploads(self.store, self.storage, self.hub, forwards=self.forwards)

    async def traces(self, spoken: Spoken, *spans: Any, **resource: Any) -> None:
        """Keep a batch of spans."""
        await self.batch(Batch.TRACES, spoken.traces(*(spans or (spoken.span("s"),)), **resource))

    async def batch(self, kind: Batch, content: bytes) -> None:
        """Keep a batch."""
        packed = gzip.compress(content)
        await receive_batch(self.uploads, UPLOADER, kind, packed, "gzip", PROTOBUF, "::1")

    async def sound(self, spoken: Spoken, content: bytes = b"OggS") -> str:
        """Keep a recording, and return its path."""
        path = await self.file(spoken, content)
        found = Recording(path, len(content), "audio/ogg", None, None)
        await self.uploads.keep_recording(UPLOADER, spoken.job, found)
        return path

    async def file(self, spoken: Spoken, content: bytes) -> str:
        """Store a recording that no row points to yet, and return its path."""
        path = recording_path(SERVER, spoken.job)
        await self.storage.put(path, content)
        return path

    async def history(
        self, spoken: Spoken, items: Sequence[Any] = (), *, seconds: float = 60.0, **summary: Any
    ) -> None:
        """Keep what an agent uploads at the end of a session, without a sound."""
        body, media_type = spoken.recording(items, header=spoken.header(seconds, **summary))

        async def chunks() -> AsyncIterator[bytes]:
            yield body

        await receive_recording(self.uploads, UPLOADER, media_type, chunks(), "::1")

    async def rows(self, table: Table, **of: Any) -> list[dict[str, Any]]:
        """Return rows of a table by some columns."""
        query = select(table).where(*(table.c[name] == value for name, value in of.items()))
        async with self.store.read() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    async def number(self, table: Table) -> int:
        """Return how many rows a table has."""
        async with self.store.read() as connection:
            query = select(func.count()).select_from(table)
            return int((await connection.execute(query)).scalar_one())

    async def files(self) -> list[str]:
        """Return the paths of all files."""
        return await self.storage.listed()


def kept_in(
    database: str, url: str, work: Callable[[Kept], Awaitable[T]], *, forwards: bool = False
) -> T:
    """Open a store and a storage, and run something with them."""

    async def opened(store: Store) -> T:
        storage = Storage(url)
        with suppress(StorageError):
            await storage.prepare()
        try:
            return await work(Kept(store, storage, forwards))
        finally:
            storage.close()

    return in_store(database, opened)


def folder_url(path: Path) -> str:
    """Return the STORAGE_URL of a folder."""
    return (path / "files").as_uri()
