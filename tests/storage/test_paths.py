"""Paths of stored files lead nowhere else."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.storage.paths import checked, part_for
from app.storage.storage import Storage
from tests.storage.streams import chunks, read
from tests.support.hostile import TEXTS

REFUSED = [
    "",
    "/",
    "/etc/passwd",
    "..",
    "a/../../etc/passwd",
    "a/..",
    "./a",
    "a//b",
    "a/",
    "a\0b",
    "a\nb",
    "a\\..\\b",
    ".uploads/x",
    "a/.hidden",
    "a b",
    "a%2F..%2Fb",
    "ü",
    "a" * 201,
    "/".join(["a" * 100] * 8),
]


@pytest.mark.parametrize("path", REFUSED)
def test_no_call_takes_it(path: str, tmp_path: Path) -> None:
    storage = Storage((tmp_path / "files").as_uri())

    async def work() -> None:
        await storage.prepare()
        calls: list[Callable[[], Awaitable[object]]] = [
            lambda: storage.put(path, b"x"),
            lambda: storage.put_stream(path, chunks(1)),
            lambda: storage.get(path),
            lambda: storage.size(path),
            lambda: storage.delete([path]),
            lambda: read(storage, path, 0, 1),
        ]
        if path:  # without one, all is listed
            calls.append(lambda: storage.listed(path))
        for call in calls:
            with pytest.raises(ValueError, match="not a path"):
                await call()

    asyncio.run(work())
    storage.close()
    assert [path.name for path in (tmp_path / "files").iterdir()] == [".uploads"]


@given(st.one_of(st.text(), st.text("./\\~-_a\0", max_size=12)))
def test_what_is_taken_stays_below_the_folder(path: str) -> None:
    try:
        taken = checked(path)
    except ValueError:
        return
    root = Path("/some/folder")
    there = (root / taken).resolve()
    assert there != root
    assert there.is_relative_to(root)
    assert there.relative_to(root).as_posix() == path


@pytest.mark.parametrize("name", [*TEXTS, "", "a" * 500, "\ud800"])
def test_any_name_has_a_part(name: str) -> None:
    assert checked(part_for(name)) == part_for(name)
    assert "/" not in part_for(name)


@given(st.text(), st.text())
def test_two_names_have_two_parts(one: str, other: str) -> None:
    assert (part_for(one) == part_for(other)) == (one == other)


def test_a_plain_name_is_its_own_part() -> None:
    assert part_for("AJ_4kq2") == "AJ_4kq2"
