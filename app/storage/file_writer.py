"""A file that is written into a folder: under another name until it is complete and on the disk."""

import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.storage.errors import StorageUnavailable
from app.storage.failures import failed, of_folder

DOING = "Storing a file"
UPLOADS = ".uploads"  # no path of a file begins with a dot
TRIES = 5  # another process may remove a folder, empty, while a file is moved into it


class FileWriter:
    """Writes the file `path` below the folder `root`."""

    def __init__(self, root: Path, path: str) -> None:
        self._root = root
        self._path = path
        self._upload = root / UPLOADS / secrets.token_hex(16)
        self._file: int | None = None
        self._ended = False
        self._one = threading.Lock()  # an abort may come while another thread still writes

    def write(self, content: bytes) -> None:
        """Add to its end."""
        with self._one, self._failing():
            file, rest = self._opened(), memoryview(content)
            while rest:
                rest = rest[os.write(file, rest) :]

    def commit(self) -> None:
        """Flush it to the disk, and put it in its place."""
        with self._one, self._failing():
            os.fsync(self._opened())
            self._move()
            self._close()

    def abort(self) -> None:
        """Leave nothing of it, unless it was committed."""
        with self._one, suppress(OSError):
            if self._file is not None:
                self._upload.unlink(missing_ok=True)
            self._close()

    def _opened(self) -> int:
        if self._ended:
            raise failed(StorageUnavailable, DOING, "it was aborted")
        if self._file is None:
            with suppress(FileExistsError):
                # but not the folder above it: its disk may not be mounted
                self._upload.parent.mkdir(mode=0o700)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
            self._file = os.open(self._upload, flags, 0o600)
        return self._file

    def _move(self) -> None:
        target = self._root / self._path
        for left in reversed(range(TRIES)):
            try:
                self._make(target.parent)
                self._upload.replace(target)
                flush_folder(target.parent)
                break
            except FileNotFoundError:
                if not left:
                    raise

    def _make(self, folder: Path) -> None:
        if folder == self._root or folder.is_dir():
            return
        self._make(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        flush_folder(folder.parent)

    def _close(self) -> None:
        self._ended = True
        if self._file is not None:
            file, self._file = self._file, None
            os.close(file)

    @contextmanager
    def _failing(self) -> Iterator[None]:
        with of_folder(DOING):
            try:
                yield
            except FileNotFoundError:
                raise failed(StorageUnavailable, DOING, "the folder doesn't exist") from None


def flush_folder(folder: Path) -> None:
    """Flush to the disk which files a folder has."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
