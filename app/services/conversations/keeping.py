"""Keep uploads: the raw batch in the storage, then its rows in the store, then the answer.

A file without its row is of no harm: the agent sends the batch again, to the same path.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import and_, select, tuple_, update

from app.live.hub import Hub
from app.services.conversations.deleting.deleting import deleted_among, dropped, publish
from app.services.conversations.deleting.unwanted import clear, note
from app.services.conversations.facts import Upload
from app.services.conversations.files import batch_path
from app.services.conversations.states import Batch
from app.services.conversations.uploads.errors import UploadsSwitchedOff
from app.services.conversations.uploads.signing import Uploader
from app.services.conversations.writing.writing import write
from app.storage.storage import Storage
from app.store.schema import CONVERSATION_BATCHES, CONVERSATIONS, UPLOADS_OFF
from app.store.store import Store

BATCHES = CONVERSATION_BATCHES.c
ROWS = CONVERSATIONS.c
TEST_JOB = "AJ_dashboard_test_"  # how jobs of our own tests begin (uploads/testing.py)


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that is in the storage; the duration is in microseconds."""

    path: str
    size: int
    media_type: str
    started_at: datetime | None
    duration: int | None


class Uploads:
    """Keeps what agents upload; one for the process."""

    def __init__(self, store: Store, storage: Storage, hub: Hub, *, forwards: bool) -> None:
        """With `forwards`, each batch of OpenTelemetry is also to be passed on."""
        self.store = store
        self.storage = storage
        self._hub = hub
        self._forwards = forwards

    async def admit(self, uploader: Uploader) -> None:
        """Raise UploadsSwitchedOff if uploads of the server are switched off, or StoreError."""
        off = select(UPLOADS_OFF.c.server).where(UPLOADS_OFF.c.server == uploader.server)
        async with self.store.read() as connection:
            if (await connection.execute(off)).first():
                raise UploadsSwitchedOff

    async def redacted(self, server: str, jobs: Collection[str]) -> set[str]:
        """Return which of some jobs are known to ask for redaction. Raises StoreError."""
        query = select(ROWS.job).where(ROWS.server == server, ROWS.job.in_(jobs), ROWS.redacted)
        async with self.store.read() as connection:
            return set((await connection.execute(query)).scalars())

    async def keep(self, uploader: Uploader, uploads: Sequence[Upload], address: str) -> None:
        """Return once all of it is stored, but for conversations that were deleted.

        Raises StoreError, StorageError.
        """
        server, now = uploader.server, datetime.now(UTC)
        deleted = await deleted_among(self.store, server, [upload.job for upload in uploads])
        known = await self._known(server, uploads)
        fresh = [
            upload
            for upload in uploads
            if (upload.job, upload.digest) not in known and upload.job not in deleted
        ]
        fresh.sort(key=lambda upload: upload.job)  # locked in one order
        paths = []
        for upload in fresh:
            paths.append(batch_path(server, upload.job, upload.kind, upload.digest))
            await self.storage.put(paths[-1], upload.raw)
        if not fresh:
            return
        async with self.store.write() as connection:
            for upload, path in zip(fresh, paths, strict=True):
                forward_at = now if self._forwards and _is_forwarded(upload) else None
                await connection.run_sync(
                    write, self.store.dialect, server, upload, now, address, path, forward_at
                )
                await connection.run_sync(dropped, self.store.dialect, server, upload.job)
        publish(self._hub, (upload.job for upload in fresh))

    async def keep_recording(self, uploader: Uploader, job: str, recording: Recording) -> None:
        """Note where a recording is, and delete the one that it replaces, now or later.

        If the conversation was deleted meanwhile, so is the recording. Raises StoreError.
        """
        mine = and_(ROWS.server == uploader.server, ROWS.job == job)
        async with self.store.write() as connection:
            query = select(ROWS.recording).where(mine).with_for_update()
            before = (await connection.execute(query)).scalar()
            unwanted = recording.path if before is None else before
            changed = update(CONVERSATIONS).where(mine)
            await connection.execute(
                changed.values(
                    recording=recording.path,
                    recording_bytes=recording.size,
                    recording_type=recording.media_type,
                    recording_started_at=recording.started_at,
                    recording_duration=recording.duration,
                    recording_deleted_at=None,
                    waveform="",
                )
            )
            if unwanted:
                now = datetime.now(UTC)
                await connection.run_sync(note, self.store.dialect, [unwanted], now)
        publish(self._hub, [job])
        if unwanted:
            await clear(self.store, self.storage, [unwanted])

    async def _known(self, server: str, uploads: Sequence[Upload]) -> set[tuple[str, str]]:
        wanted = [(upload.job, upload.digest) for upload in uploads]
        query = select(BATCHES.job, BATCHES.batch).where(
            BATCHES.server == server, tuple_(BATCHES.job, BATCHES.batch).in_(wanted)
        )
        async with self.store.read() as connection:
            return {(job, batch) for job, batch in await connection.execute(query)}


def _is_forwarded(upload: Upload) -> bool:
    """Return whether another backend gets it: not a history, which isn't OTLP, and not our test."""
    return upload.kind is not Batch.CHAT and not upload.job.startswith(TEST_JOB)
