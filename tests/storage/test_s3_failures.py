"""An S3 server that is away, hangs, or dies during an upload."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest

from app.storage.errors import StorageUnavailable
from app.storage.opening import open_storage
from dev.s3 import S3
from tests.storage.failing import MB, failures, says_no_secret
from tests.storage.streams import chunks, digest
from tests.support.waiting import until


@contextmanager
def frozen(s3: S3) -> Iterator[None]:
    """Freeze the server: it accepts connections, and says nothing."""
    os.kill(s3.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(s3.process.pid, signal.SIGCONT)


def test_a_server_that_is_away_and_comes_back(s3: S3, s3_url: str) -> None:
    async def work() -> None:
        async with open_storage(s3_url) as storage:
            await storage.put("a/b", b"1")
            s3.process.stop()
            errors = await failures(storage)
            s3.process.start()
            assert await storage.get("a/b") == b"1"
            assert (storage.failing, await storage.problem()) == (None, None)
        assert {type(error) for error in errors} == {StorageUnavailable}
        says_no_secret(errors, s3)

    asyncio.run(work())


def test_one_that_is_away_at_the_start(s3: S3, s3_url: str) -> None:
    s3.process.stop()

    async def work() -> None:
        async with open_storage(s3_url) as storage:
            assert isinstance(await storage.problem(), StorageUnavailable)
            s3.process.start()
            await storage.put("a/b", b"1")

    asyncio.run(work())


@pytest.mark.alone
def test_one_that_hangs_holds_nobody_longer_than_the_limit(
    s3: S3, s3_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.storage.readable.READ_TIMEOUT", 0.5)
    monkeypatch.setattr("app.storage.readable.WRITE_TIMEOUT", 0.7)
    monkeypatch.setattr("app.storage.objects.CLIENT", {"timeout": "2s", "allow_http": True})

    async def work() -> None:
        async with open_storage(s3_url) as storage:
            await storage.put("a/b", b"1")
            with frozen(s3):
                began = time.monotonic()
                # more than there are threads
                asked = [storage.get("a/b") for _ in range(20)]
                answers = await asyncio.gather(*asked, return_exceptions=True)
                assert time.monotonic() - began < 1.5
                assert {type(answer) for answer in answers} == {StorageUnavailable}
                began = time.monotonic()
                errors = await failures(storage)
                assert time.monotonic() - began < 9 * 1.0 + 1
                assert "no response within 0.5 s" in errors[-1].reason
                says_no_secret(errors, s3)
            # its threads are free again once their requests have ended
            await asyncio.sleep(2.5)
            assert await storage.problem() is None
            await storage.put_stream("a/b", chunks(12 * MB))
            assert await digest(storage.stream("a/b")) == await digest(chunks(12 * MB))

    asyncio.run(work())


def test_one_that_goes_away_during_an_upload(s3: S3, s3_url: str) -> None:
    async def breaking(size: int) -> AsyncIterator[bytes]:
        async for chunk in chunks(size):
            yield chunk
        s3.process.kill()
        async for chunk in chunks(size):
            yield chunk

    async def work() -> None:
        async with open_storage(s3_url) as storage:
            await storage.put("a/old", b"old")
            for path in ("a/b", "a/old"):
                with pytest.raises(StorageUnavailable):
                    await storage.put_stream(path, breaking(8 * MB))
                s3.process.start()
            assert await storage.listed() == ["a/old"]
            assert await storage.get("a/old") == b"old"

    asyncio.run(work())


def test_an_upload_outlasts_a_short_outage(s3: S3, s3_url: str) -> None:
    async def interrupted() -> AsyncIterator[bytes]:
        async for chunk in chunks(8 * MB):
            yield chunk
        await asyncio.sleep(0.5)  # the part that was sent has arrived
        s3.process.stop()
        s3.process.start()
        yield b"end"

    async def work() -> None:
        async with open_storage(s3_url) as storage:
            assert await storage.put_stream("a/b", interrupted()) == 8 * MB + 3
            assert (await storage.get("a/b"))[-3:] == b"end"

    asyncio.run(work())


def test_nothing_is_left_of_a_thread(s3: S3, s3_url: str) -> None:
    async def work() -> None:
        async with open_storage(s3_url) as storage:
            await storage.put("a", b"1")

    before = {thread.name for thread in threading.enumerate()}
    asyncio.run(work())
    until(lambda: {thread.name for thread in threading.enumerate()} <= before)
