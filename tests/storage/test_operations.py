"""What a storage does, on a folder and on a real S3 server."""

import asyncio

import pytest

from app.storage.errors import NotStored, StorageError
from app.storage.readable import BLOCK
from app.storage.storage import Storage
from tests.storage.streams import chunks, digest, part, read

PATH = "conversations/AJ_1/recording.ogg"


def test_what_was_stored_is_there(storage: Storage) -> None:
    async def work() -> None:
        await storage.put(PATH, b"first")
        assert await storage.get(PATH) == b"first"
        await storage.put(PATH, b"the second")
        assert await storage.get(PATH) == b"the second"
        assert await storage.size(PATH) == 10
        assert await storage.problem() is None

    asyncio.run(work())


def test_an_empty_file(storage: Storage) -> None:
    async def work() -> None:
        await storage.put("empty", b"")
        assert await storage.put_stream("streamed", chunks(0)) == 0
        for path in ("empty", "streamed"):
            assert await storage.get(path) == b""
            assert await storage.size(path) == 0
            assert await read(storage, path) == b""

    asyncio.run(work())


@pytest.mark.parametrize("size", [1, BLOCK - 1, BLOCK, 6 * BLOCK + 7])
def test_a_stream_is_stored_and_read_as_it_came(storage: Storage, size: int) -> None:
    async def work() -> None:
        assert await storage.put_stream(PATH, chunks(size)) == size
        assert await storage.size(PATH) == size
        assert await digest(storage.stream(PATH)) == await digest(chunks(size))

    asyncio.run(work())


def test_one_large_chunk(storage: Storage) -> None:
    async def work() -> None:
        await storage.put_stream(PATH, chunks(12_000_000, 12_000_000))
        assert await digest(storage.stream(PATH)) == await digest(chunks(12_000_000, 12_000_000))

    asyncio.run(work())


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 1), (3, 10), (BLOCK - 2, BLOCK + 2), (5, 3 * BLOCK), (3 * BLOCK - 1, 3 * BLOCK), (7, 7)],
)
def test_a_range(storage: Storage, start: int, end: int) -> None:
    content = part(0, 3 * BLOCK)

    async def work() -> None:
        await storage.put(PATH, content)
        assert await read(storage, PATH, start, end) == content[start:end]

    asyncio.run(work())


def test_a_range_from_somewhere_to_the_end(storage: Storage) -> None:
    async def work() -> None:
        await storage.put(PATH, part(0, BLOCK + 9))
        assert await read(storage, PATH, BLOCK - 9) == part(0, BLOCK + 9)[BLOCK - 9 :]

    asyncio.run(work())


def test_a_range_beyond_the_end_is_no_shorter_file(storage: Storage) -> None:
    async def work() -> None:
        await storage.put(PATH, b"short")
        with pytest.raises(StorageError):
            await read(storage, PATH, 0, 9)

    asyncio.run(work())


def test_a_file_that_is_larger_than_expected(storage: Storage) -> None:
    async def work() -> None:
        await storage.put(PATH, b"12345")
        assert await storage.get(PATH, most=5) == b"12345"
        with pytest.raises(StorageError, match="larger than expected"):
            await storage.get(PATH, most=4)

    asyncio.run(work())


@pytest.mark.parametrize("path", ["none", "a/none", "a", "a/b/c"])
def test_what_is_not_stored(storage: Storage, path: str) -> None:
    async def work() -> None:
        await storage.put("a/b", b"1")
        for ask in (storage.get(path), storage.size(path), read(storage, path)):
            with pytest.raises(NotStored) as raised:
                await ask
            assert raised.value.status == 404
        assert storage.failing is None

    asyncio.run(work())


def test_deleting(storage: Storage) -> None:
    async def work() -> None:
        for path in ("a/1", "a/b/2", "a/b/3", "c"):
            await storage.put(path, b"1")
        await storage.delete(["a/1", "a/b/2", "none", "c/none", "a/none/none"])
        await storage.delete([])
        assert await storage.listed() == ["a/b/3", "c"]
        await storage.delete(["a/b/3"])
        await storage.delete(["a/b/3"])
        await storage.put("a/b/3", b"1")
        assert await storage.listed() == ["a/b/3", "c"]

    asyncio.run(work())


def test_a_file_that_is_deleted_while_it_is_read(storage: Storage) -> None:
    async def work() -> None:
        await storage.put(PATH, part(0, 2 * BLOCK))
        stream = storage.stream(PATH)
        assert len(await anext(stream)) == BLOCK
        await storage.delete([PATH])
        with pytest.raises(NotStored):
            await anext(stream)

    asyncio.run(work())


def test_listing_goes_on_after_a_path(storage: Storage) -> None:
    paths = sorted(f"{folder}/{name}" for folder in ("a", "a-b", "a_c") for name in "12345")

    async def work() -> None:
        for path in paths:
            await storage.put(path, b"1")
        assert await storage.listed() == paths
        assert await storage.listed("a") == [f"a/{name}" for name in "12345"]
        first = await storage.listed(most=4)
        assert first == paths[:4]
        assert await storage.listed(after=first[-1]) == paths[4:]
        assert await storage.listed("a-b", after="a-b/2", most=2) == ["a-b/3", "a-b/4"]
        assert await storage.listed("none") == []

    asyncio.run(work())


def test_many_at_the_same_time(storage: Storage) -> None:
    async def work() -> None:
        names = [f"many/{number}" for number in range(60)]
        await asyncio.gather(*(storage.put(name, name.encode() * 999) for name in names))
        contents = await asyncio.gather(*map(storage.get, names))
        assert contents == [name.encode() * 999 for name in names]

    asyncio.run(work())
