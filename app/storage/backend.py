"""What a kind of storage can do; its calls block, so each is made in a thread."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


class Writer(Protocol):
    """A file that is being written; it is there once `commit` has returned, and not before."""

    def write(self, content: bytes) -> None:
        """Add to its end."""

    def commit(self) -> None:
        """Put it in its place, in place of what was there."""

    def abort(self) -> None:
        """Leave nothing of it, unless it was committed; may be called at any time."""


class Source(Protocol):
    """Files that are there. Its calls raise StorageError, and may be made in several threads."""

    def read(self, path: str, start: int, end: int) -> bytes:
        """Return the bytes before `end` from `start` on, which is less than `end` and the size."""

    def size(self, path: str) -> int:
        """Return the bytes of a file. Raises NotStored."""

    def written_at(self, path: str) -> datetime:
        """Return when a file was written, by the storage's clock. Raises NotStored."""

    def delete(self, paths: Sequence[str]) -> None:
        """Delete files; those that aren't there are no failure."""


class Backend(Source, Protocol):
    """A kind of storage that the dashboard writes to."""

    kind: str  # for people
    place: str

    def prepare(self) -> None:
        """Make ready what can be, and remove what uploads of dead processes left."""

    def check(self) -> None:
        """Raise what keeps it from working now; changes nothing."""

    def put(self, path: str, content: bytes) -> None:
        """Write a whole file, in place of what was there."""

    def writer(self, path: str) -> Writer:
        """Begin a file in place of what is there."""

    def get(self, path: str, most: int) -> bytes:
        """Return a whole file. Raises NotStored, and StorageError if it has more than `most`."""

    def listed(self, prefix: str, after: str, most: int) -> list[str]:
        """Return the first paths below `prefix` that sort after `after`."""
