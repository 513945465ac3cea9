"""Conversations and recordings go when they are too old, and files nobody needs go with them."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from app.services.conversations.deleting.leftovers import LEFT_AFTER, PARTS, delete_leftovers
from app.services.conversations.deleting.retention import delete_old, delete_old_recordings
from app.services.conversations.deleting.unwanted import clear
from app.services.conversations.files import FOLDER, batch_path, recording_path
from app.services.conversations.states import Batch
from app.store.schema import CONVERSATION_SPANS, CONVERSATIONS, UNWANTED_FILES
from tests.support.kept import SERVER, Kept, folder_url, kept_in
from tests.support.uploads import Spoken

DAY = timedelta(days=1)
STRANGE = "AJ strange/../job"


async def age(kept: Kept, spoken: Spoken, days: float) -> None:
    """Let days pass since the last upload of a conversation."""
    heard = datetime.now(UTC) - days * DAY
    mine = CONVERSATIONS.c.job == spoken.job
    async with kept.store.write() as connection:
        await connection.execute(update(CONVERSATIONS).where(mine).values(heard_at=heard))


def test_old_conversations_go_with_all_of_their_files(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> None:
        old, new = [Spoken() for _ in range(3)], Spoken()
        for number, each in enumerate([*old, new]):
            await kept.traces(each)
            await kept.sound(each)
            await age(kept, each, 40 - number if each is not new else 2)
        before = datetime.now(UTC) - 30 * DAY
        assert await delete_old(kept.store, kept.hub, before) == 3
        assert await delete_old(kept.store, kept.hub, before) == 0
        for table in (CONVERSATIONS, CONVERSATION_SPANS):
            assert [row["job"] for row in await kept.rows(table)] == [new.job]
        assert (await clear(kept.store, kept.storage)).done == 3
        files = await kept.files()
        assert len(files) == 2
        assert all(new.job in path for path in files)

    kept_in(database, folder_url(tmp_path), work)


def test_a_large_conversation_is_a_batch_of_its_own(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> None:
        large, small = Spoken(), Spoken()
        for number, each in enumerate((large, small)):
            await kept.traces(each)
            await age(kept, each, 40 - number)
        async with kept.store.write() as connection:
            changed = update(CONVERSATIONS).where(CONVERSATIONS.c.job == large.job)
            await connection.execute(changed.values(spans=50_000))
        before = datetime.now(UTC) - 30 * DAY
        assert [await delete_old(kept.store, kept.hub, before) for _ in range(3)] == [1, 1, 0]

    kept_in(database, folder_url(tmp_path), work)


def test_only_the_sound_of_old_recordings_goes(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> None:
        old, new, silent = Spoken(), Spoken(), Spoken()
        for each in (old, new, silent):
            await kept.traces(each)
        sound, stays = await kept.sound(old, b"OggS" * 9), await kept.sound(new)
        await age(kept, old, 8)
        await age(kept, silent, 8)
        before = datetime.now(UTC) - 7 * DAY
        with kept.hub.subscribed() as subscription:
            assert await delete_old_recordings(kept.store, kept.hub, before) == 1
            assert f"conversation:{old.job}" in await subscription.take()
        assert await delete_old_recordings(kept.store, kept.hub, before) == 0
        (row,) = await kept.rows(CONVERSATIONS, job=old.job)
        assert (row["recording"], row["waveform"]) == ("", "")
        assert row["recording_deleted_at"] > before
        assert row["recording_bytes"] == 36
        assert [file["path"] for file in await kept.rows(UNWANTED_FILES)] == [sound]
        await clear(kept.store, kept.storage)
        files = await kept.files()
        assert sound not in files
        assert stays in files
        assert len(files) == 4
        (row,) = await kept.rows(CONVERSATIONS, job=silent.job)
        assert row["recording_deleted_at"] is None

    kept_in(database, folder_url(tmp_path), work)


async def leftovers(kept: Kept) -> int:
    """Delete leftovers in all folders."""
    parts = range(PARTS)
    return sum([await delete_leftovers(kept.store, kept.storage, SERVER, each) for each in parts])


def test_files_of_uploads_that_were_never_acknowledged_go(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> None:
        known, strange, unknown = Spoken(), Spoken(job=STRANGE), Spoken()
        for each in (known, strange):
            await kept.traces(each)
            await kept.sound(each)
        needed = await kept.files()
        left = [
            recording_path(SERVER, known.job),
            recording_path(SERVER, strange.job),
            batch_path(SERVER, unknown.job, Batch.TRACES, "0" * 32),
            batch_path(SERVER, "no job\n", Batch.LOGS, "0" * 32),
        ]
        for path in left:
            await kept.storage.put(path, b"left")
        assert await leftovers(kept) == 0, "they may be on their way"
        before = time.time() - LEFT_AFTER.total_seconds() - 60
        for path in [*needed, *left]:
            os.utime(tmp_path / "files" / path, (before, before))
        assert await leftovers(kept) == len(left)
        assert await kept.files() == needed
        assert needed[0].startswith(f"{FOLDER}/")

    kept_in(database, folder_url(tmp_path), work)
