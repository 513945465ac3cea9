"""An S3 server that is away, hangs, refuses the keys, has no such bucket, or is none."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.storage.errors import StorageError, StorageRefused, StorageUnavailable
from app.storage.opening import open_storage
from app.storage.storage import Storage
from dev.s3 import S3
from tests.storage.streams import chunks, digest, read
from tests.support.waiting import until

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


def test_one_that_hangs_holds_nobody_longer_than_the_limit(
    s3: S3, s3_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.storage.storage.READ_TIMEOUT", 0.5)
    monkeypatch.setattr("app.storage.storage.WRITE_TIMEOUT", 0.7)
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


def test_wrong_keys(s3: S3, s3_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")

    async def work() -> None:
        async with open_storage(s3_url) as storage:
            errors = await failures(storage)
        says_no_secret(errors, s3)
        # a list doesn't say more than that it failed
        assert [type(error) for error in errors[:-2]] == [StorageRefused] * 7
        assert type(errors[-1]) is StorageRefused

    asyncio.run(work())


def test_a_bucket_that_does_not_exist(s3: S3, s3_url: str) -> None:
    async def work() -> None:
        async with open_storage("s3://bucket-none/some/prefix") as storage:
            for call in (storage.put("a", b"1"), storage.delete(["a"]), storage.listed()):
                with pytest.raises(StorageUnavailable) as raised:
                    await call
                says_no_secret([raised.value], s3)
            for size in (9, 12 * MB):
                with pytest.raises(StorageUnavailable, match="the bucket doesn't exist"):
                    await storage.put_stream("a", chunks(size))
            problem = await storage.problem()
            assert problem is not None
            assert "the bucket doesn't exist" in problem.reason

    asyncio.run(work())


@contextmanager
def answering(status: int, body: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the keys lead to a server that gives the same answer to everything."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"<h1>broken</h1>"),
        (503, b""),
        (400, b"no"),
        (200, b"<h1>Welcome</h1>"),
        (302, b""),
        (429, b"slow down"),
    ],
)
def test_a_server_that_is_no_s3(
    s3: S3, s3_url: str, status: int, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> None:
        async with open_storage(s3_url) as storage:
            problem = await storage.problem()
            assert type(problem) is StorageUnavailable
            for call in (storage.put("a", b"1"), storage.put_stream("a", chunks(12 * MB))):
                with pytest.raises(StorageError):
                    await call
            says_no_secret([problem], s3)

    with answering(status, body, monkeypatch):
        asyncio.run(work())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_ENDPOINT_URL", "no address"),
        ("AWS_ENDPOINT_URL", "ftp://127.0.0.1"),
        ("AWS_REGION", "no\nregion"),
        ("AWS_ACCESS_KEY_ID", "no\nkey"),
        ("AWS_SKIP_SIGNATURE", "perhaps"),
    ],
)
def test_variables_that_are_not_valid(
    s3: S3, s3_url: str, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    if name != "AWS_ENDPOINT_URL":
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    async def work() -> None:
        async with open_storage(s3_url) as storage:
            says_no_secret(await failures(storage), s3)

    asyncio.run(work())


def test_nothing_is_left_of_a_thread(s3: S3, s3_url: str) -> None:
    async def work() -> None:
        async with open_storage(s3_url) as storage:
            await storage.put("a", b"1")

    before = {thread.name for thread in threading.enumerate()}
    asyncio.run(work())
    until(lambda: {thread.name for thread in threading.enumerate()} <= before)
