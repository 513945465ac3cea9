"""A folder that is away, that denies access, that is full; and what else may be in one."""

import asyncio
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.storage.errors import (
    NotStored,
    StorageError,
    StorageFull,
    StorageReadOnly,
    StorageRefused,
    StorageUnavailable,
)
from app.storage.failures import of_folder
from app.storage.opening import open_storage
from app.storage.storage import Storage
from tests.storage.failing import calls
from tests.storage.streams import chunks

NOBODY = 65534


async def all_fail(storage: Storage, kind: type[StorageError]) -> None:
    """Check that every kind of call fails in this way, and that the storage knows."""
    for call in calls(storage):
        with pytest.raises(StorageError) as raised:
            await call()
        assert type(raised.value) is kind
        assert (raised.value.status, storage.failing) == (503, raised.value)
        assert " failed: " in raised.value.reason
    assert type(await storage.problem()) is kind


@pytest.fixture
def folder(root: Path) -> Iterator[Storage]:
    """An opened storage, in the folder `files`."""
    storage = Storage((root / "files").as_uri())
    asyncio.run(storage.prepare())
    yield storage
    storage.close()


@contextmanager
def as_nobody() -> Iterator[None]:
    """Be another user for a moment, whom permissions apply to, unless this is one already."""
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(mine)


def test_a_folder_that_was_removed_is_not_made_again(folder: Storage, root: Path) -> None:
    async def work() -> None:
        await folder.put("a/b", b"1")
        (root / "files").rename(root / "away")
        await all_fail(folder, StorageUnavailable)
        assert not (root / "files").exists()
        (root / "away").rename(root / "files")
        assert await folder.get("a/b") == b"1"
        assert folder.failing is None
        assert await folder.problem() is None

    asyncio.run(work())


def test_a_folder_above_it_that_is_not_there(root: Path) -> None:
    async def work() -> None:
        async with open_storage((root / "none" / "files").as_uri()) as storage:
            await all_fail(storage, StorageUnavailable)
            (root / "none").mkdir()
            assert await storage.problem() is None  # the next start makes it

    asyncio.run(work())


def test_a_file_in_place_of_the_folder(root: Path) -> None:
    (root / "files").write_text("a file")

    async def work() -> None:
        async with open_storage((root / "files").as_uri()) as storage:
            await all_fail(storage, StorageUnavailable)

    asyncio.run(work())


def test_only_its_own_user_can_read_it(folder: Storage, root: Path) -> None:
    mask = os.umask(0)
    try:
        asyncio.run(folder.put("a/b", b"1"))
        asyncio.run(folder.put_stream("a/c", chunks(9)))
    finally:
        os.umask(mask)
    modes = {path.name: path.stat().st_mode & 0o777 for path in root.rglob("*")}
    private = {"files": 0o700, ".uploads": 0o700, "a": 0o700, "b": 0o600, "c": 0o600}
    assert modes == private


def test_a_folder_of_another_user(folder: Storage, root: Path) -> None:
    async def work() -> None:
        await folder.put("a/b", b"1")
        mode = 0o700 if os.geteuid() == 0 else 0
        (root / "files").chmod(mode)
        with as_nobody():
            await all_fail(folder, StorageRefused)
        (root / "files").chmod(0o700)
        assert await folder.get("a/b") == b"1"

    asyncio.run(work())


def test_a_folder_that_may_only_be_read(folder: Storage, root: Path) -> None:
    async def work() -> None:
        await folder.put("a/b", b"1")
        for path, mode in (("files", 0o555), ("files/a", 0o555), ("files/.uploads", 0o555)):
            (root / path).chmod(mode)
        (root / "files/a/b").chmod(0o444)
        with as_nobody():
            assert await folder.get("a/b") == b"1"
            for call in (folder.put("a/c", b"1"), folder.delete(["a/b"])):
                with pytest.raises(StorageRefused):
                    await call
            assert isinstance(await folder.problem(), StorageRefused)
        for path in ("files", "files/a", "files/.uploads"):
            (root / path).chmod(0o700)

    asyncio.run(work())


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, StorageFull),
        (errno.EDQUOT, StorageFull),
        (errno.EROFS, StorageReadOnly),
        (errno.EACCES, StorageRefused),
        (errno.EPERM, StorageRefused),
        (errno.EIO, StorageUnavailable),
        (errno.EMFILE, StorageUnavailable),
        (errno.ESTALE, StorageUnavailable),
    ],
)
def test_what_an_error_of_the_system_means(number: int, kind: type[StorageError]) -> None:
    with pytest.raises(kind) as raised, of_folder("Storing a file"):
        raise OSError(number, os.strerror(number), "/some/secret/path")
    assert type(raised.value) is kind
    assert "/some/secret" not in raised.value.reason


def test_links_and_pipes_are_no_files(folder: Storage, root: Path) -> None:
    files = root / "files"
    (root / "outside").write_text("secret")
    (files / "link").symlink_to(root / "outside")
    (files / "dangling").symlink_to(root / "made")
    os.mkfifo(files / "pipe")
    (files / "folder").mkdir()

    async def work() -> None:
        for path in ("pipe", "folder", "link", "dangling"):
            with pytest.raises(NotStored):
                await folder.get(path)
        for path in ("link", "dangling"):
            await folder.put(path, b"own")
            assert await folder.get(path) == b"own"
        await folder.delete(["pipe"])

    asyncio.run(work())
    assert (root / "outside").read_text() == "secret"
    assert not (root / "made").exists()
    assert not (files / "link").is_symlink()


def test_a_folder_behind_a_link(root: Path) -> None:
    (root / "disk").mkdir()
    (root / "files").symlink_to(root / "disk")

    async def work() -> None:
        async with open_storage((root / "files").as_uri()) as storage:
            await storage.put("a/b", b"1")

    asyncio.run(work())
    assert (root / "disk" / "a" / "b").read_bytes() == b"1"
