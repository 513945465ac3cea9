"""Where recordings can be reached: only in storages that an administrator declared.

These are the buckets of EGRESS_PRESETS_FILE, and the folder RECORDINGS_ROOT. What LiveKit reports
of a file only selects one of them and a file in it: no address from a report is ever requested.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from app.config.presets import Preset
from app.services.recordings.recordings import Recording
from app.services.recordings.states import FileState
from app.storage import buckets
from app.storage.errors import NotStored, StorageError, StorageUnavailable
from app.storage.objects import Objects
from app.storage.paths import foreign
from app.storage.readable import Readable
from app.storage.rooted import Rooted

SIGNING = "Signing a link"
CHECKING = "Checking the storage"
LASTS = timedelta(minutes=15)  # of a link that anybody can use
NO_LOCATION = "LiveKit doesn't report where images are."
NOT_DECLARED = (
    "No storage that the dashboard knows holds this file. Add the bucket to EGRESS_PRESETS_FILE, "
    "with keys that may read it; its files must be below the preset's path_prefix, if it has one."
)
NO_ROOT = (
    "The worker kept this file on its own disk. Mount its folder here at the same path, and set "
    "RECORDINGS_ROOT to it."
)
OUTSIDE = "This file is outside of RECORDINGS_ROOT, the only folder that the dashboard may read."
BAD_NAME = "The name of this file can't be used as a path."
MANY = "These are many files: the dashboard lists them, but doesn't send or delete them."
GONE = "It was deleted from its storage."
ADVICE_FOLDER = "Check that the folder of RECORDINGS_ROOT is mounted, and may be read."


class RecordingFailed(StorageError):
    """The storage of a recording failed."""

    title = "The storage of this recording failed"
    advice = "Try again later."


class RecordingUnavailable(RecordingFailed):
    """The storage can't be reached, whichever of its files is requested."""


class FileGone(NotStored):
    """A recording isn't in its storage any more."""

    title = "This file is gone"
    advice = "It was deleted or moved in its storage, or never arrived there."


@dataclass(frozen=True, slots=True)
class Reached:
    """A file in a declared storage: the only way to it. `place` names the storage for people."""

    files: Readable
    path: str
    place: str
    advice: str
    check: Callable[[], None]
    bucket: Objects | None = None

    async def confirm(self) -> None:
        """Check that the storage itself is there, if a file isn't. Raises RecordingFailed."""
        with self._failing():
            await self.files.call(CHECKING, self.check)

    async def size(self) -> int:
        """Return its bytes. Raises FileGone, RecordingFailed."""
        with self._failing():
            return await self.files.size(self.path)

    async def written_at(self) -> datetime:
        """Return when it was written. Raises FileGone, RecordingFailed."""
        with self._failing():
            return await self.files.written_at(self.path)

    async def begins(self, most: int, size: int) -> bytes:
        """Return its first bytes. Raises FileGone, RecordingFailed."""
        with self._failing():
            blocks = self.files.stream(self.path, 0, min(most, size))
            return b"".join([block async for block in blocks])

    async def delete(self) -> None:
        """Delete it. Raises FileGone, RecordingFailed."""
        with self._failing():
            await self.files.size(self.path)  # a deletion doesn't say whether there was one
            await self.files.delete([self.path])

    async def link(self) -> str:
        """Return a URL that anybody can read it with for a while. Raises RecordingFailed."""
        if self.bucket is None:
            raise RecordingFailed("A folder has no links.")
        with self._failing():
            return await self.files.call(SIGNING, self.bucket.link, self.path, LASTS)

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except NotStored:
            raise FileGone from None
        except StorageUnavailable as error:
            raise RecordingUnavailable(error.reason, advice=self.advice) from error
        except StorageError as error:
            raise RecordingFailed(error.reason, advice=self.advice) from error


class Places:
    """The declared storages of this process; each has threads of its own."""

    def __init__(self, presets: Sequence[Preset], root: Path | None) -> None:
        self._presets = presets
        self._root = root
        self._rooted = Rooted(root) if root else None
        self._folder = Readable(self._rooted, foreign) if self._rooted else None
        self._opened: dict[str, tuple[Readable, Objects]] = {}

    def close(self) -> None:
        """Take no more calls."""
        for files, _ in self._opened.values():
            files.close()
        if self._folder:
            self._folder.close()

    def find(self, recording: Recording) -> Reached | str:
        """Return a file of a recording in its storage, or why it can't be reached."""
        if recording.state is FileState.DELETED:
            return GONE
        if not recording.location:
            return NO_LOCATION
        found = self._find(recording)
        if isinstance(found, str):
            return found
        try:
            foreign(found.path)
        except ValueError:
            return BAD_NAME
        return found

    def _find(self, recording: Recording) -> Reached | str:
        if "://" not in recording.location:
            return self._in_folder(recording.location)
        problem = NOT_DECLARED
        for preset in self._presets:
            key = buckets.key_in(preset, recording.filename, recording.location)
            if key is not None:
                problem = buckets.unreadable(preset)
                if not problem:
                    return self._in_bucket(preset, key)
        return problem

    def _in_bucket(self, preset: Preset, key: str) -> Reached:
        if preset.name not in self._opened:
            bucket = buckets.opened(preset)
            self._opened[preset.name] = Readable(bucket, foreign), bucket
        files, bucket = self._opened[preset.name]
        advice = f"Check the preset {preset.name}, what its keys permit, and whether it responds."
        return Reached(files, key, preset.name, advice, partial(bucket.check, key), bucket)

    def _in_folder(self, location: str) -> Reached | str:
        """Return a file of a worker's own disk; one without a folder is taken to be in the root."""
        if self._folder is None or self._rooted is None:
            return NO_ROOT
        path = location
        if location.startswith("/"):
            root = f"{str(self._root).rstrip('/')}/"
            if not location.startswith(root):
                return OUTSIDE
            path = location[len(root) :]
        return Reached(self._folder, path, "RECORDINGS_ROOT", ADVICE_FOLDER, self._rooted.check)


@asynccontextmanager
async def open_places(presets: Sequence[Preset], root: Path | None) -> AsyncIterator[Places]:
    """Open the declared storages; no request is made until a file is."""
    places = Places(presets, root)
    try:
        yield places
    finally:
        places.close()
