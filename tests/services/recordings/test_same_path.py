"""A file that a later job wrote over is that job's: the older recording can't delete it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app.live.hub import Hub
from app.services.recordings import deleting, recordings
from app.services.recordings.deleting import NotDeletable
from app.services.recordings.places import Places
from app.services.recordings.retention import delete_old
from app.services.recordings.states import FileState
from app.store.schema import RECORDINGS
from app.store.store import Store
from tests.support.history import BEGAN, Row, add
from tests.support.recordings import of_file, recording_row
from tests.support.stores import in_store

OLD = BEGAN - timedelta(days=10)


def daily(root: Path) -> Row:
    """Write the file of each day's job, and return what LiveKit reports of it."""
    (root / "daily.mp4").write_bytes(b"content")
    return of_file(root / "daily.mp4")


def test_only_the_latest_recording_can_delete_the_file(
    database: str, places: Places, root: Path
) -> None:
    rows = [
        recording_row("EG_a", started_at=OLD, **daily(root)),
        recording_row("EG_b", **daily(root)),
    ]

    async def work(store: Store) -> None:
        await add(store, {RECORDINGS: rows})
        old = await recordings.get(store, "EG_a.1")
        with pytest.raises(NotDeletable, match="A later recording has the same path"):
            await deleting.delete(store, places, Hub(), old, "ann")
        assert (root / "daily.mp4").exists()
        assert (await recordings.get(store, "EG_a.1")).state is FileState.UNCHECKED
        new = await recordings.get(store, "EG_b.1")
        await deleting.delete(store, places, Hub(), new, "ann")
        assert (await recordings.get(store, "EG_b.1")).state is FileState.DELETED

    in_store(database, work)
    assert not (root / "daily.mp4").exists()


def test_a_later_recording_that_was_deleted_keeps_nothing(
    database: str, places: Places, root: Path
) -> None:
    rows = [
        recording_row("EG_a", **daily(root)),
        recording_row("EG_b", started_at=BEGAN + timedelta(days=1), **daily(root))
        | {"state": "deleted", "check_at": None},
    ]

    async def work(store: Store) -> None:
        await add(store, {RECORDINGS: rows})
        await deleting.delete(store, places, Hub(), await recordings.get(store, "EG_a.1"), "ann")

    in_store(database, work)
    assert not (root / "daily.mp4").exists()


@pytest.mark.parametrize("state", ["there", "different", "unchecked"])
def test_retention_keeps_the_file_of_a_later_recording(
    database: str, places: Places, root: Path, state: str
) -> None:
    rows = [
        recording_row("EG_a", started_at=OLD, state=state, **daily(root)),
        recording_row("EG_b", started_at=datetime.now(UTC), **daily(root)),
    ]

    async def work(store: Store) -> int:
        await add(store, {RECORDINGS: rows})
        until = datetime.now(UTC) - timedelta(days=1)
        return (await delete_old(store, places, Hub(), until)).number

    assert in_store(database, work) == 0
    assert (root / "daily.mp4").exists()


def test_retention_keeps_a_file_of_another_size(database: str, places: Places, root: Path) -> None:
    row = recording_row("EG_a", started_at=OLD, state="different", **daily(root))

    async def work(store: Store) -> int:
        await add(store, {RECORDINGS: [row]})
        return (await delete_old(store, places, Hub(), datetime.now(UTC))).number

    assert in_store(database, work) == 0
    assert (root / "daily.mp4").exists()


def test_an_index_has_the_paths_however_long(database: str) -> None:
    row = recording_row("EG_a", location="/" + "x" * 20_000)

    async def work(store: Store) -> str:
        await add(store, {RECORDINGS: [row]})
        query = deleting.replacing(await recordings.get(store, "EG_a.1"))
        assert "location != ''" in str(query), "SQLite compares the condition as it is written"
        explain = "EXPLAIN QUERY PLAN" if database.startswith("sqlite") else "EXPLAIN"
        async with store.write() as connection:
            if not database.startswith("sqlite"):
                await connection.execute(text("SET LOCAL enable_seqscan = off"))
            compiled = query.compile(connection.sync_engine, compile_kwargs={"literal_binds": True})
            return str((await connection.execute(text(f"{explain} {compiled}"))).all())

    assert "ix_recordings_location" in in_store(database, work)
