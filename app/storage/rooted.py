"""Files below a folder that somebody else writes: read and deleted, but never written.

Each part of a path is opened below the one before, and no link is followed: whatever is in the
folder, nothing outside of it is reached.
"""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from app.storage.errors import NotStored, StorageUnavailable
from app.storage.failures import failed, of_folder

READING = "Reading a file"
DELETING = "Deleting a file"
CHECKING = "Checking the folder"
MISSING = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG}  # ELOOP for a link
INTO = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# a pipe would wait for somebody who writes
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Rooted:
    """The files below `root`, which itself may be a link."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._device: int | None = None  # of the root, when a file was last found

    def check(self) -> None:
        """Raise StorageUnavailable if its disk seems not to be mounted."""
        with of_folder(CHECKING):
            folder = self._open_root(CHECKING)
            try:
                device = os.fstat(folder).st_dev
                with os.scandir(folder) as entries:
                    is_empty = next(entries, None) is None
            finally:
                os.close(folder)
        if is_empty:
            raise failed(StorageUnavailable, CHECKING, "the folder is empty")
        if self._device not in {None, device}:
            raise failed(StorageUnavailable, CHECKING, "the folder is on another disk than before")

    def read(self, path: str, start: int, end: int) -> bytes:
        """Return the bytes before `end` from `start` on."""
        blocks: list[bytes] = []
        with self._open(path) as file:
            while start < end and (block := os.pread(file, end - start, start)):
                blocks.append(block)
                start += len(block)
        return b"".join(blocks)

    def size(self, path: str) -> int:
        """Return the bytes of a file. Raises NotStored."""
        with self._open(path) as file:
            return os.fstat(file).st_size

    def written_at(self, path: str) -> datetime:
        """Return when a file was written. Raises NotStored."""
        with self._open(path) as file:
            return datetime.fromtimestamp(os.fstat(file).st_mtime, UTC)

    def delete(self, paths: Sequence[str]) -> None:
        """Delete files; those that aren't there are no failure. Folders stay."""
        for path in paths:
            with suppress(NotStored), self._folder_of(path, DELETING) as (folder, name):
                with suppress(FileNotFoundError, IsADirectoryError):
                    os.unlink(name, dir_fd=folder)
                os.fsync(folder)

    @contextmanager
    def _open(self, path: str) -> Iterator[int]:
        with self._folder_of(path, READING) as (folder, name):
            try:
                file = os.open(name, FILE, dir_fd=folder)
            except OSError as error:
                raise _missing(error) from None
            try:
                if not stat.S_ISREG(os.fstat(file).st_mode):
                    raise NotStored
                self._device = self._root.stat().st_dev
                yield file
            finally:
                os.close(file)

    @contextmanager
    def _folder_of(self, path: str, doing: str) -> Iterator[tuple[int, str]]:
        """Open the folder that a file is in; yield it with the file's name."""
        *folders, name = path.split("/")
        with of_folder(doing):
            folder = self._open_root(doing)
            try:
                for part in folders:
                    try:
                        inner = os.open(part, INTO, dir_fd=folder)
                    except OSError as error:
                        raise _missing(error) from None
                    os.close(folder)
                    folder = inner
                yield folder, name
            finally:
                os.close(folder)

    def _open_root(self, doing: str) -> int:
        try:
            return os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            raise failed(StorageUnavailable, doing, "the folder doesn't exist") from None


def _missing(error: OSError) -> OSError | NotStored:
    """Return what a failure to open something means."""
    return NotStored() if error.errno in MISSING else error
