"""A folder on a disk that is full or read-only, and files larger than permitted."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from app.storage.errors import StorageFull, StorageReadOnly
from app.storage.opening import open_storage
from tests.storage.streams import chunks
from tools.commands import ROOT


def test_a_file_that_outgrows_what_is_permitted(root: Path) -> None:
    upload = f"{sys.executable} -m tests.storage.upload {(root / 'files').as_uri()} a/b 9000000"
    done = subprocess.run(
        ["sh", "-c", f"ulimit -f 8192; exec {upload}"],  # 4 MB
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "StorageFull: Storing a file failed: the file is larger than permitted." in done.stderr
    assert sorted(path.name for path in (root / "files").rglob("*")) == [".uploads", "warm"]


@pytest.fixture
def small_disk(root: Path) -> Iterator[Path]:
    """A disk of 1 MB, on a machine where this process may mount one."""
    there = root / "disk"
    there.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=0755", "storage", str(there)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this process may not mount a disk")
    yield there
    subprocess.run(["umount", "--lazy", str(there)], check=True)


def fill(disk: Path) -> None:
    """Write until nothing more goes onto a disk."""
    rest = b"1" * 4096
    with suppress(OSError), (disk / "rest").open("wb", 0) as file:
        while True:
            file.write(rest)


def test_a_full_disk(small_disk: Path) -> None:
    async def work() -> None:
        async with open_storage((small_disk / "files").as_uri()) as storage:
            await storage.put("a/b", b"1" * 500_000)
            for call in (
                storage.put("a/c", b"1" * 600_000),
                storage.put_stream("c", chunks(999_999)),
            ):
                with pytest.raises(StorageFull):
                    await call
            await storage.put("a/b", b"1" * 100_000)
            assert await storage.listed() == ["a/b"]
            fill(small_disk)
            assert isinstance(await storage.problem(), StorageFull)

    asyncio.run(work())


def lock(disk: Path) -> None:
    """Make a disk read-only."""
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)


def test_a_disk_that_is_read_only(small_disk: Path) -> None:
    async def work() -> None:
        async with open_storage((small_disk / "files").as_uri()) as storage:
            await storage.put("a/b", b"1")
            lock(small_disk)
            assert await storage.get("a/b") == b"1"
            for call in (storage.put("a/c", b"1"), storage.delete(["a/b"])):
                with pytest.raises(StorageReadOnly):
                    await call
            assert isinstance(await storage.problem(), StorageReadOnly)

    asyncio.run(work())
