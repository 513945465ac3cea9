"""Uploads that are large, that break, and whose process dies."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.storage.folder import LEFT_AFTER
from app.storage.storage import Storage
from dev.s3 import S3
from tests.storage.streams import chunks, digest
from tests.support.waiting import until
from tools.commands import ROOT

PATH = "conversations/AJ_1/recording.ogg"
UPLOAD = [sys.executable, "-m", "tests.storage.upload"]
MB = 1_000_000


class Broken(Exception):
    """What a stream raises whose sender has gone."""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel counts the memory")
def test_a_large_upload_takes_little_memory(storage_url: str, storage: Storage) -> None:
    for _ in range(3):  # a process that ends right after the upload isn't aborted either
        command = [*UPLOAD, storage_url, PATH, str(60 * MB)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
        assert float(done.stdout) < 20
    assert asyncio.run(digest(storage.stream(PATH))) == asyncio.run(digest(chunks(60 * MB)))


@pytest.mark.parametrize("size", [0, 100_000, 12 * MB, 30 * MB])
def test_a_stream_that_breaks_leaves_nothing(
    storage: Storage, storage_url: str, s3: S3, size: int
) -> None:
    async def work() -> None:
        await storage.put("other/old", b"old")
        for path in (PATH, "other/old"):
            with pytest.raises(Broken):
                await storage.put_stream(path, chunks(size, then=Broken()))
        assert await storage.listed() == ["other/old"]
        assert await storage.get("other/old") == b"old"
        assert storage.failing is None

    asyncio.run(work())
    until(lambda: left(storage_url, s3) == [])


@pytest.mark.parametrize("size", [100_000, 12 * MB])
def test_an_upload_that_is_canceled_leaves_nothing(
    storage: Storage, storage_url: str, s3: S3, size: int
) -> None:
    arrived = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        async for chunk in chunks(size):
            yield chunk
        arrived.set()
        await asyncio.sleep(60)

    async def work() -> None:
        upload = asyncio.create_task(storage.put_stream(PATH, endless()))
        await arrived.wait()
        upload.cancel()
        with pytest.raises(asyncio.CancelledError):
            await upload
        assert await storage.listed() == []

    asyncio.run(work())
    until(lambda: left(storage_url, s3) == [])


def test_an_upload_that_is_canceled_while_it_writes_leaves_nothing(
    storage: Storage, storage_url: str, s3: S3
) -> None:
    async def work() -> None:
        for delay in (0.0, 0.001, 0.005, 0.02, 0.05, 0.1):
            upload = asyncio.create_task(storage.put_stream(PATH, chunks(10**12)))
            await asyncio.sleep(delay)
            upload.cancel()
            with pytest.raises(asyncio.CancelledError):
                await upload
        assert await storage.listed() == []

    asyncio.run(work())
    until(lambda: left(storage_url, s3) == [])


def left(storage_url: str, s3: S3) -> list[Path]:
    """Return what is left of uploads that ended."""
    if storage_url.startswith("s3:"):
        return s3.unfinished(storage_url.split("/")[2])
    return list((folder_of(storage_url) / ".uploads").iterdir())


def folder_of(storage_url: str) -> Path:
    """Return the folder of a storage."""
    return Path(Storage(storage_url).place)


def killed(storage_url: str) -> None:
    """Upload in a process of its own, and kill it before the upload ends."""
    command = [*UPLOAD, storage_url, PATH, str(12 * MB), "60"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"waiting\n"
        process.kill()


def test_of_a_process_that_dies_nothing_is_there(storage: Storage, storage_url: str) -> None:
    killed(storage_url)
    assert asyncio.run(storage.listed()) == ["warm"]


def test_what_a_dead_process_left_in_a_folder_is_removed(folder_url: str, s3: S3) -> None:
    killed(folder_url)
    (upload,) = left(folder_url, s3)
    storage = Storage(folder_url)
    asyncio.run(storage.prepare())
    assert left(folder_url, s3) == [upload]  # it may still be written
    os.utime(upload, times=(time.time() - LEFT_AFTER - 1,) * 2)
    asyncio.run(storage.prepare())
    assert left(folder_url, s3) == []
    storage.close()


def test_two_processes_that_write_the_same_file(storage: Storage, storage_url: str) -> None:
    sizes = (7 * MB, 9 * MB)
    commands = [[*UPLOAD, storage_url, PATH, str(size)] for size in sizes * 2]
    uploads = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) for command in commands
    ]
    whole = {asyncio.run(digest(chunks(size))) for size in sizes}
    seen = set()
    while any(upload.poll() is None for upload in uploads):
        if PATH in asyncio.run(storage.listed()):
            seen.add(asyncio.run(whole_digest(storage)))
    assert [upload.returncode for upload in uploads] == [0] * 4
    seen.add(asyncio.run(whole_digest(storage)))
    assert seen <= whole


async def whole_digest(storage: Storage) -> str:
    """Return the SHA-256 of a file that was read in one piece, as it was at one moment."""
    content = await storage.get(PATH)

    async def once() -> AsyncIterator[bytes]:
        yield content

    return await digest(once())


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel knows the names")
def test_a_folder_is_flushed_before_and_after_the_move(
    folder_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    flush, move = os.fsync, Path.replace

    def flushed(file: int) -> None:
        flush(file)
        done.append(f"flushed {Path(f'/proc/self/fd/{file}').readlink()}")

    def moved(path: Path, target: Path) -> Path:
        done.append(f"moved to {target}")
        return move(path, target)

    monkeypatch.setattr(os, "fsync", flushed)
    monkeypatch.setattr(Path, "replace", moved)
    storage, root = Storage(folder_url), folder_of(folder_url)

    async def work() -> None:
        await storage.prepare()
        await storage.put("a/b/c", b"1")
        await storage.delete(["a/b/c"])

    asyncio.run(work())
    storage.close()
    assert done[0].startswith(f"flushed {root}/.uploads/")
    assert done[1:] == [
        f"flushed {root}",  # which has the folder a now
        f"flushed {root}/a",
        f"moved to {root}/a/b/c",
        f"flushed {root}/a/b",
        f"flushed {root}",  # which no longer has it
    ]
