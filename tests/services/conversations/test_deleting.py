"""A deleted conversation is gone with all of its files, and no late upload brings it back."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text, update

from app.services.conversations.deleting.deleting import (
    REMEMBERED,
    delete_of_caller,
    delete_one,
    forget_old_deletions,
    number_of_caller,
)
from app.services.conversations.deleting.unwanted import clear, waiting
from app.services.conversations.states import Batch
from app.storage.errors import StorageUnavailable
from app.store.schema import (
    CONVERSATION_BATCHES,
    CONVERSATION_ITEMS,
    CONVERSATION_SPANS,
    CONVERSATIONS,
    DELETED_CONVERSATIONS,
    UNWANTED_FILES,
)
from tests.support.kept import SERVER, Kept, folder_url, kept_in
from tests.support.uploads import Spoken

STRANGE = "../job with / and \u202e"


def test_rows_and_files_are_deleted_and_those_of_others_stay(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> None:
        gone, stays = Spoken(job=STRANGE), Spoken()
        for spoken in (gone, stays):
            await kept.traces(spoken)
            await kept.traces(spoken)
            await kept.sound(spoken)
        files = await kept.files()
        assert len(files) == 6
        deleted = await delete_one(kept.store, kept.storage, kept.hub, SERVER, gone.job)
        assert (deleted.number, deleted.error) == (1, None)
        assert await kept.files() == [path for path in files if stays.job in path]
        assert len(await kept.files()) == 3
        for table in (CONVERSATIONS, CONVERSATION_SPANS, CONVERSATION_BATCHES):
            assert {row["job"] for row in await kept.rows(table)} == {stays.job}
        assert await kept.number(UNWANTED_FILES) == 0
        again = await delete_one(kept.store, kept.storage, kept.hub, SERVER, gone.job)
        assert (again.number, again.error) == (0, None)

    kept_in(database, folder_url(tmp_path), work)


def test_no_search_finds_its_words(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> None:
        spoken = Spoken()
        await kept.history(spoken, [spoken.message("item_1", "user", "zanzibar", 1)])
        found = text("SELECT count(*) FROM conversation_words('zanzibar')")
        for number in (1, 0):
            if database.startswith("sqlite"):
                async with kept.store.read() as connection:
                    assert (await connection.execute(found)).scalar_one() == number
            assert await kept.number(CONVERSATION_ITEMS) == number
            await delete_one(kept.store, kept.storage, kept.hub, SERVER, spoken.job)

    kept_in(database, folder_url(tmp_path), work)


def test_open_pages_hear_of_it(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> None:
        spoken = Spoken()
        await kept.traces(spoken)
        with kept.hub.subscribed() as subscription:
            await delete_one(kept.store, kept.storage, kept.hub, SERVER, spoken.job)
            changed = await subscription.take()
        assert changed == {"conversations", f"conversation:{spoken.job}"}

    kept_in(database, folder_url(tmp_path), work)


def test_a_late_upload_brings_nothing_back(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> None:
        spoken, other = Spoken(), Spoken()
        await kept.traces(spoken)
        await delete_one(kept.store, kept.storage, kept.hub, SERVER, spoken.job)
        await kept.traces(spoken)
        await kept.sound(spoken)
        assert await kept.number(CONVERSATIONS) == 0
        assert await kept.files() == []
        # one batch may have records of several jobs
        both = spoken.traces(spoken.span("a"), other.span("b"))
        await kept.batch(Batch.TRACES, both)
        assert [row["job"] for row in await kept.rows(CONVERSATIONS)] == [other.job]
        assert [other.job in path for path in await kept.files()] == [True]

    kept_in(database, folder_url(tmp_path), work)


def test_deletions_and_uploads_at_the_same_time_leave_nothing(
    database: str, tmp_path: Path
) -> None:
    async def work(kept: Kept) -> None:
        spoken = Spoken()
        await kept.traces(spoken)

        async def upload() -> None:
            for _ in range(8):
                await kept.traces(spoken)
            await kept.sound(spoken)

        async def delete() -> None:
            await asyncio.sleep(0.03)
            await delete_one(kept.store, kept.storage, kept.hub, SERVER, spoken.job)

        await asyncio.gather(upload(), upload(), delete())
        await clear(kept.store, kept.storage)
        assert await kept.number(CONVERSATIONS) == 0
        assert await kept.files() == []
        assert await kept.number(UNWANTED_FILES) == 0

    kept_in(database, folder_url(tmp_path), work)


def test_without_storage_files_are_deleted_later(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> None:
        spoken = Spoken()
        await kept.traces(spoken)
        (tmp_path / "files").rename(tmp_path / "away")
        deleted = await delete_one(kept.store, kept.storage, kept.hub, SERVER, spoken.job)
        assert deleted.number == 1
        assert isinstance(deleted.error, StorageUnavailable)
        assert await kept.number(CONVERSATIONS) == 0
        left = await waiting(kept.store)
        assert left.number == 1
        assert left.since is not None
        assert (await clear(kept.store, kept.storage)).done == 0, "it waits before the next try"
        (tmp_path / "away").rename(tmp_path / "files")
        assert len(await kept.files()) == 1
        await is_due(kept)
        assert (await clear(kept.store, kept.storage)).done == 1
        assert await kept.files() == []
        assert (await waiting(kept.store)).number == 0

    kept_in(database, folder_url(tmp_path), work)


async def is_due(kept: Kept) -> None:
    """Let the time until the next try pass."""
    async with kept.store.write() as connection:
        await connection.execute(update(UNWANTED_FILES).values(try_at=datetime.now(UTC)))


def test_conversations_of_a_caller_are_deleted(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> None:
        spoken = [Spoken() for _ in range(4)]
        for each in spoken:
            await kept.traces(each)
        async with kept.store.write() as connection:
            hers = CONVERSATIONS.c.job.in_([each.job for each in spoken[:3]])
            await connection.execute(update(CONVERSATIONS).where(hers).values(caller="anna"))
        assert await number_of_caller(kept.store, SERVER, "anna") == 3
        deleted = await delete_of_caller(kept.store, kept.storage, kept.hub, SERVER, "anna")
        assert deleted.number == 3
        assert [row["job"] for row in await kept.rows(CONVERSATIONS)] == [spoken[3].job]
        assert len(await kept.files()) == 1
        assert await number_of_caller(kept.store, SERVER, "anna") == 0

    kept_in(database, folder_url(tmp_path), work)


def test_deletions_are_forgotten_after_some_days(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> None:
        old, new = Spoken(), Spoken()
        for each in (old, new):
            await kept.traces(each)
            await delete_one(kept.store, kept.storage, kept.hub, SERVER, each.job)
        async with kept.store.write() as connection:
            then = datetime.now(UTC) - REMEMBERED - timedelta(minutes=1)
            changed = update(DELETED_CONVERSATIONS).values(deleted_at=then)
            await connection.execute(changed.where(DELETED_CONVERSATIONS.c.job == old.job))
        await forget_old_deletions(kept.store)
        assert [row["job"] for row in await kept.rows(DELETED_CONVERSATIONS)] == [new.job]

    kept_in(database, folder_url(tmp_path), work)
