"""Waveforms: drawn from real sound by a process of its own, whatever the file is."""

import asyncio
import os
import stat
import time
from pathlib import Path

import pytest
from sqlalchemy import update

from app.services.conversations.recordings import drawing
from app.services.conversations.recordings.drawing import draw_missing
from app.services.conversations.recordings.waveforms import Waveform, read, waveform_of
from app.storage.errors import StorageUnavailable
from app.store.schema import CONVERSATIONS
from tests.support.kept import Kept, folder_url, kept_in
from tests.support.sounds import recording
from tests.support.uploads import Spoken


async def waveform(kept: Kept, spoken: Spoken) -> str:
    """Return what is stored of a conversation's waveform."""
    (row,) = await kept.rows(CONVERSATIONS, job=spoken.job)
    return str(row["waveform"])


def drawn(tmp_path: Path, content: bytes, database: str) -> Waveform | str | None:
    """Draw the waveform of a file."""

    async def work(kept: Kept) -> Waveform | str | None:
        spoken = Spoken()
        await kept.traces(spoken)
        await kept.sound(spoken, content)
        assert await draw_missing(kept.store, kept.storage, kept.hub) == 1
        assert await draw_missing(kept.store, kept.storage, kept.hub) == 0
        return waveform_of(await waveform(kept, spoken))

    return kept_in(database, folder_url(tmp_path), work)


def test_the_caller_is_first(database: str, tmp_path: Path) -> None:
    found = drawn(tmp_path, recording(10), database)
    assert isinstance(found, Waveform)
    assert found.seconds == pytest.approx(10, abs=0.05)
    caller, agent = found.channels
    assert 1000 <= len(caller) == len(agent) <= 2001
    second = len(caller) / 10
    loudness = [
        [max(channel[int((at + 0.3) * second) : int((at + 0.7) * second)]) for at in range(10)]
        for channel in (caller, agent)
    ]
    assert all(110 < each < 150 for each in loudness[0][::2])
    assert all(each < 10 for each in loudness[0][1::2])
    assert all(50 < each < 80 for each in loudness[1][1::2])
    assert all(each < 10 for each in loudness[1][::2])
    assert all(path.count("M") == 280 for path in found.paths)


def test_a_recording_that_was_cut_off(database: str, tmp_path: Path) -> None:
    whole = recording(10)
    found = drawn(tmp_path, whole[: len(whole) // 2], database)
    assert isinstance(found, Waveform)
    assert 3 < found.seconds < 7


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<script>alert(1)</script>", drawing.NOT_OGG),
        (b"OggS" + bytes(range(256)) * 4000, drawing.DAMAGED),
        (b"OggS", drawing.DAMAGED),
        (recording(2)[:300], drawing.DAMAGED),
    ],
    ids=["HTML", "noise", "a beginning", "only headers"],
)
def test_what_is_no_sound(database: str, tmp_path: Path, content: bytes, reason: str) -> None:
    assert drawn(tmp_path, content, database) == reason


def test_a_file_that_is_gone(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> Waveform | str | None:
        spoken = Spoken()
        await kept.traces(spoken)
        await kept.storage.delete([await kept.sound(spoken, recording(2))])
        await draw_missing(kept.store, kept.storage, kept.hub)
        return waveform_of(await waveform(kept, spoken))

    assert kept_in(database, folder_url(tmp_path), work) == drawing.MISSING


def test_with_the_storage_away_it_is_drawn_later(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> None:
        spoken = Spoken()
        await kept.traces(spoken)
        await kept.sound(spoken, recording(2))
        (tmp_path / "files").rename(tmp_path / "away")
        with pytest.raises(StorageUnavailable):
            await draw_missing(kept.store, kept.storage, kept.hub)
        assert waveform_of(await waveform(kept, spoken)) is None
        (tmp_path / "away").rename(tmp_path / "files")
        assert await draw_missing(kept.store, kept.storage, kept.hub) == 1
        assert isinstance(waveform_of(await waveform(kept, spoken)), Waveform)

    kept_in(database, folder_url(tmp_path), work)


def test_files_that_cannot_be_read_stop_no_others(database: str, tmp_path: Path) -> None:
    """More than end a round are newer than those that can be read."""

    async def work(kept: Kept) -> None:
        talks = [Spoken() for _ in range(drawing.IN_A_ROW + 3)]
        older, newer = talks[:2], talks[2:]
        unreadable = []
        for spoken in talks:
            await kept.traces(spoken)
            path = await kept.sound(spoken, recording(2))
            if spoken in newer:
                file = tmp_path / "files" / path
                file.unlink()
                os.mknod(file, stat.S_IFSOCK)  # a socket can't be opened as a file
                unreadable.append(file)
        for _ in range(2):
            with pytest.raises(StorageUnavailable):
                await draw_missing(kept.store, kept.storage, kept.hub)
        for spoken in older:
            assert isinstance(waveform_of(await waveform(kept, spoken)), Waveform)
        for spoken, file in zip(newer, unreadable, strict=True):
            assert waveform_of(await waveform(kept, spoken)) is None
            file.unlink()
            file.write_bytes(recording(2))
        assert await draw_missing(kept.store, kept.storage, kept.hub) == len(newer)
        for spoken in newer:
            assert isinstance(waveform_of(await waveform(kept, spoken)), Waveform)

    kept_in(database, folder_url(tmp_path), work)


def test_one_that_was_replaced_meanwhile_is_drawn_again(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> None:
        spoken = Spoken()
        await kept.traces(spoken)
        await kept.sound(spoken, recording(120))
        first = asyncio.create_task(draw_missing(kept.store, kept.storage, kept.hub))
        await asyncio.sleep(0.1)
        mine = CONVERSATIONS.c.job == spoken.job
        newer = await kept.file(spoken, recording(2))
        async with kept.store.write() as connection:
            await connection.execute(update(CONVERSATIONS).where(mine).values(recording=newer))
        await first
        assert await waveform(kept, spoken) == ""
        await draw_missing(kept.store, kept.storage, kept.hub)
        found = waveform_of(await waveform(kept, spoken))
        assert isinstance(found, Waveform)
        assert found.seconds < 3

    kept_in(database, folder_url(tmp_path), work)


def test_the_loop_goes_on_while_a_long_one_is_drawn(tmp_path: Path, database: str) -> None:
    async def work(kept: Kept) -> float:
        spoken = Spoken()
        await kept.traces(spoken)
        await kept.sound(spoken, recording(120))
        task = asyncio.create_task(draw_missing(kept.store, kept.storage, kept.hub))
        longest, last = 0.0, time.thread_time()
        while not task.done():
            await asyncio.sleep(0.005)
            now = time.thread_time()  # what this thread itself did, however busy the machine is
            longest, last = max(longest, now - last), now
        assert isinstance(waveform_of(await waveform(kept, spoken)), Waveform)
        return longest

    assert kept_in(database, folder_url(tmp_path), work) < 0.1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[" * 10_000,
        "{}",
        '{"seconds": 0, "channels": [[1]]}',
        '{"seconds": NaN, "channels": [[1]]}',
        '{"seconds": 1, "channels": []}',
        '{"seconds": 1, "channels": [[]]}',
        '{"seconds": 1, "channels": [[1], [2], [3]]}',
        '{"seconds": 1, "channels": [["<b>"]]}',
        '{"seconds": 1, "channels": [[256]]}',
        '{"seconds": 1, "channels": [[true]]}',
        f'{{"seconds": 1, "channels": [[{"1, " * 70_000}1]]}}',
    ],
)
def test_what_the_program_says_is_checked(text: str) -> None:
    with pytest.raises(ValueError, match=r"not|Expecting"):
        read(text)
