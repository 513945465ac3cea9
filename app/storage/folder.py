"""Files in a folder of this machine.

obstore has such a storage too. It doesn't flush what it writes to the disk, makes files that every
user of the machine may read, makes the folder again if its disk isn't mounted, and names no error
by its number; so this is our own.
"""

import errno
import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.storage.errors import (
    NotStored,
    StorageError,
    StorageFull,
    StorageReadOnly,
    StorageRefused,
    StorageUnavailable,
)
from app.storage.failures import failed, of_folder
from app.storage.file_writer import UPLOADS, FileWriter, flush_folder
from app.storage.paths import PART

EFFECTIVE = os.access in os.supports_effective_ids
MISSING = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}  # the last one for a link
LEFT_AFTER = 3600.0  # seconds without a write; then the process that wrote has ended


class Folder:
    """The folder of a `file:///` URL. Only this user may read what is in it."""

    def __init__(self, url: str) -> None:
        self.root = Path(unquote(urlsplit(url).path))
        self.kind = "Folder"
        self.place = str(self.root)
        self._prepared = False

    def prepare(self) -> None:
        """Make the folder, but not those above it; remove what was left of uploads."""
        doing = "Preparing the folder"
        with of_folder(doing):
            try:
                for folder in (self.root, self.root / UPLOADS):
                    with suppress(FileExistsError):
                        folder.mkdir(mode=0o700)
            except FileNotFoundError:
                reason = "the folder above it doesn't exist"
                raise failed(StorageUnavailable, doing, reason) from None
            for left in (self.root / UPLOADS).iterdir():
                with suppress(FileNotFoundError):  # another process removed it
                    if time.time() - left.stat().st_mtime > LEFT_AFTER:
                        left.unlink()
        self._prepared = True

    def check(self) -> None:
        """Raise what keeps it from working now; changes nothing.

        A folder that isn't there yet works if it could be made.
        """
        doing = "Checking the folder"
        folder = self.root if self._prepared or self.root.exists() else self.root.parent
        with self._looking(doing, folder):
            disk = os.statvfs(folder)
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK, effective_ids=EFFECTIVE):
                if disk.f_flag & os.ST_RDONLY:
                    raise failed(StorageReadOnly, doing, "it is read-only")
                raise failed(StorageRefused, doing, "access was denied")
            if disk.f_blocks and not disk.f_bavail:
                raise failed(StorageFull, doing, "no space left")

    def put(self, path: str, content: bytes) -> None:
        """Write a whole file, in place of what was there."""
        writer = self.writer(path)
        try:
            writer.write(content)
            writer.commit()
        finally:
            writer.abort()

    def writer(self, path: str) -> FileWriter:
        """Begin a file in place of what is there."""
        return FileWriter(self.root, path)

    def get(self, path: str, most: int) -> bytes:
        """Return a whole file. Raises NotStored, and StorageError if it has more than `most`."""
        with self._open(path) as file:
            content = _read(file, 0, most + 1)
        if len(content) > most:
            raise failed(StorageError, "Reading a file", "it is larger than expected")
        return content

    def read(self, path: str, start: int, end: int) -> bytes:
        """Return the bytes before `end` from `start` on."""
        with self._open(path) as file:
            return _read(file, start, end)

    def size(self, path: str) -> int:
        """Return the bytes of a file. Raises NotStored."""
        with self._open(path) as file:
            return os.fstat(file).st_size

    def written_at(self, path: str) -> datetime:
        """Return when a file was written. Raises NotStored."""
        with self._open(path) as file:
            return datetime.fromtimestamp(os.fstat(file).st_mtime, UTC)

    def delete(self, paths: Sequence[str]) -> None:
        """Delete files, and the folders that are empty then."""
        with self._looking("Deleting files"):
            for parent in {self._delete(self.root / path) for path in paths}:
                with suppress(FileNotFoundError, NotADirectoryError):
                    flush_folder(parent)

    def _delete(self, file: Path) -> Path:
        """Delete a file; return the folder that has changed."""
        with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
            file.unlink()
        parent = file.parent
        with suppress(OSError):  # it isn't empty, or another process removed it
            while parent != self.root:
                parent.rmdir()
                parent = parent.parent
        return parent

    def listed(self, prefix: str, after: str, most: int) -> list[str]:
        """Return the first paths below `prefix` that sort after `after`."""
        with self._looking("Listing files"):
            found: list[str] = []
            for folder, folders, files in os.walk(self.root / prefix, onerror=_unless_missing):
                folders[:] = filter(PART.fullmatch, folders)
                below = Path(folder).relative_to(self.root)
                found += [(below / name).as_posix() for name in filter(PART.fullmatch, files)]
        return sorted(path for path in found if path > after)[:most]

    @contextmanager
    def _open(self, path: str) -> Iterator[int]:
        with self._looking("Reading a file"):
            # a link leads elsewhere, and a pipe would wait for somebody who writes
            flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
            try:
                file = os.open(self.root / path, flags)
            except OSError as error:
                if error.errno in MISSING:
                    raise NotStored from None
                raise
            try:
                if not stat.S_ISREG(os.fstat(file).st_mode):
                    raise NotStored
                yield file
            finally:
                os.close(file)

    @contextmanager
    def _looking(self, doing: str, folder: Path | None = None) -> Iterator[None]:
        """Tell a file that isn't there from a folder that isn't."""
        with of_folder(doing):
            if not (folder or self.root).is_dir():
                raise failed(StorageUnavailable, doing, "the folder doesn't exist")
            yield


def _read(file: int, start: int, end: int) -> bytes:
    blocks: list[bytes] = []
    while start < end and (block := os.pread(file, end - start, start)):
        blocks.append(block)
        start += len(block)
    return b"".join(blocks)


def _unless_missing(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error
