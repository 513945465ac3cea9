"""Conversations whose files are on S3: deleted with them, and what nothing points to is cleared."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from app.services.conversations.deleting import leftovers
from app.services.conversations.deleting.deleting import delete_one
from app.services.conversations.deleting.unwanted import clear, waiting
from app.storage.errors import StorageUnavailable
from app.store.schema import CONVERSATIONS, UNWANTED_FILES
from dev.s3 import S3
from tests.support.kept import SERVER, Kept, kept_in
from tests.support.uploads import Spoken

STRANGE = "../job with / and \u202e"


async def uploaded(kept: Kept, *jobs: str) -> list[Spoken]:
    """Upload conversations, each with a trace and a recording."""
    found = [Spoken(job=job) for job in jobs]
    for spoken in found:
        await kept.traces(spoken)
        await kept.sound(spoken)
    return found


async def cleared(kept: Kept) -> int:
    """Delete what is left of uploads, and return how many files that were."""
    return sum(
        [
            await leftovers.delete_leftovers(kept.store, kept.storage, SERVER, part)
            for part in range(leftovers.PARTS)
        ]
    )


def test_a_conversation_is_deleted_with_its_files(database: str, s3_url: str) -> None:
    async def work(kept: Kept) -> None:
        gone, strange, stays = await uploaded(kept, "AJ_gone", STRANGE, "AJ_stays")
        assert len(await kept.files()) == 6
        for spoken in (gone, strange):
            deleted = await delete_one(kept.store, kept.storage, kept.hub, SERVER, spoken.job)
            assert (deleted.number, deleted.error) == (1, None)
        files = await kept.files()
        assert [stays.job in path for path in files] == [True, True]
        assert (await waiting(kept.store)).number == 0

    kept_in(database, s3_url, work)


def test_while_the_server_is_away_files_wait(database: str, s3: S3, s3_url: str) -> None:
    async def deleted_meanwhile(kept: Kept) -> None:
        (spoken,) = await uploaded(kept, "AJ_gone")
        s3.process.stop()
        deleted = await delete_one(kept.store, kept.storage, kept.hub, SERVER, spoken.job)
        assert deleted.number == 1
        assert isinstance(deleted.error, StorageUnavailable)
        assert await kept.number(CONVERSATIONS) == 0

    async def cleared_later(kept: Kept) -> None:
        assert len(await kept.files()) == 2
        async with kept.store.write() as connection:
            await connection.execute(update(UNWANTED_FILES).values(try_at=datetime.now(UTC)))
        assert (await clear(kept.store, kept.storage)).error is None
        assert await kept.files() == []
        assert (await waiting(kept.store)).number == 0

    kept_in(database, s3_url, deleted_meanwhile)
    s3.process.start()  # here: a process ends with the thread that has started it
    kept_in(database, s3_url, cleared_later)


def test_what_no_row_points_to_is_cleared(
    database: str, s3_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(kept: Kept) -> None:
        spoken, strange = await uploaded(kept, "AJ_stays", STRANGE)
        needed = await kept.files()
        for each in (spoken, strange, Spoken(job="AJ_never")):
            await kept.file(each, b"left")
        assert await cleared(kept) == 0, "they may still be on their way"
        monkeypatch.setattr(leftovers, "LEFT_AFTER", timedelta())
        assert await cleared(kept) == 3
        assert await kept.files() == needed

    kept_in(database, s3_url, work)
