"""What errors of a file system and of obstore mean: by their kinds, never by their texts."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from app.storage.errors import (
    StorageError,
    StorageFull,
    StorageReadOnly,
    StorageRefused,
    StorageUnavailable,
)

log = structlog.get_logger("storage")

ERRNO: dict[int, tuple[type[StorageError], str]] = {
    errno.ENOSPC: (StorageFull, "no space left"),
    errno.EDQUOT: (StorageFull, "the quota is used up"),
    errno.EFBIG: (StorageFull, "the file is larger than permitted"),
    errno.EROFS: (StorageReadOnly, "it is read-only"),
    errno.EACCES: (StorageRefused, "access was denied"),
    errno.EPERM: (StorageRefused, "access was denied"),
}
QUERY = re.compile(r"\?\S*")  # Azure's has a signature
LONGEST = 300


@contextmanager
def of_folder(doing: str) -> Iterator[None]:
    """Raise StorageError in place of OSError. `doing` says what failed, as in "Reading a file"."""
    try:
        yield
    except OSError as error:
        said = error.strerror or "the disk failed"
        kind, why = ERRNO.get(error.errno or 0, (StorageUnavailable, said))
        raise failed(kind, doing, why, said) from error


@contextmanager
def of_objects(
    doing: str, otherwise: str = "no connection, or no valid response"
) -> Iterator[None]:
    """Raise StorageError in place of what obstore raises, but FileNotFoundError as it is.

    `otherwise` is the reason if obstore's error has no kind of its own.
    """
    from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

    try:
        yield
    except (PermissionDeniedError, UnauthenticatedError) as error:
        raise failed(StorageRefused, doing, "the keys were rejected", str(error)) from error
    except (FileNotFoundError, StorageError):
        raise
    except BaseException as error:
        if not isinstance(error, BaseError | OSError | ValueError) and not _is_panic(error):
            raise
        raise failed(StorageUnavailable, doing, otherwise, str(error)) from error


def _is_panic(error: BaseException) -> bool:
    """Return whether Rust code panicked: a BaseException that can't be imported."""
    return type(error).__name__ == "PanicException"


def failed(kind: type[StorageError], doing: str, why: str, said: str = "") -> StorageError:
    """Return an error, and log it with what the storage said."""
    line = QUERY.sub("?…", said.partition("\n")[0])[:LONGEST]
    log.warning("storage failed", kind=kind.__name__, doing=doing, error=line or why)
    return kind(f"{doing} failed: {why}.")
