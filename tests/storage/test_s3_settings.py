"""An S3 server that rejects the keys, has no such bucket, or is another kind of server."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.storage.errors import StorageError, StorageRefused, StorageUnavailable
from app.storage.opening import open_storage
from dev.s3 import S3
from tests.storage.failing import MB, failures, says_no_secret
from tests.storage.streams import chunks


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
