"""What every kind of call fails with, and whether it says too much."""

from collections.abc import Awaitable, Callable

import pytest

from app.storage.errors import StorageError
from app.storage.storage import Storage
from dev.s3 import S3
from tests.storage.streams import chunks, read

MB = 1_000_000


def calls(storage: Storage) -> list[Callable[[], Awaitable[object]]]:
    """Return every kind of call."""
    return [
        lambda: storage.put("a/b", b"1"),
        lambda: storage.put_stream("a/b", chunks(9)),
        lambda: storage.put_stream("a/b", chunks(12 * MB)),
        lambda: storage.get("a/b"),
        lambda: storage.size("a/b"),
        lambda: read(storage, "a/b"),
        lambda: storage.delete(["a/b"]),
        lambda: storage.listed(),
    ]


async def failures(storage: Storage) -> list[StorageError]:
    """Return what every kind of call fails with, and what the check says."""
    found = []
    for call in calls(storage):
        with pytest.raises(StorageError) as raised:
            await call()
        assert storage.failing is raised.value
        found.append(raised.value)
    problem = await storage.problem()
    assert problem is not None
    return [*found, problem]


def says_no_secret(errors: list[StorageError], s3: S3) -> None:
    """Check that no text of an error has a key, an address or a bucket."""
    for error in errors:
        text = f"{error.title} {error.reason} {error.advice} {error}"
        for secret in (s3.secret, s3.key, str(s3.port), "bucket-", "some/prefix", "obstore"):
            assert secret not in text
