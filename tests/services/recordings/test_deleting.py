"""Files are deleted in their storage, and their rows say so; old ones by rule."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.config.presets import S3Preset
from app.live.hub import Hub
from app.services.recordings import deleting, recordings
from app.services.recordings.deleting import NotDeletable
from app.services.recordings.places import FileGone, Places, RecordingFailed
from app.services.recordings.retention import BATCH, delete_old
from app.services.recordings.states import FileState
from app.store.schema import RECORDINGS
from app.store.store import Store
from tests.services.recordings.buckets import in_bucket, is_there
from tests.support.history import BEGAN, Row, add
from tests.support.recordings import of_file, of_object, recording_row
from tests.support.stores import in_store

NAME = "daily/a b#?%.mp4"


def file(root: Path, name: str = "a.mp4") -> Row:
    """Write a file into the folder, and return what LiveKit reports of it."""
    (root / name).write_bytes(b"content")
    return of_file(root / name)


def test_in_a_bucket_and_a_folder(
    database: str, places: Places, preset: S3Preset, root: Path
) -> None:
    in_bucket(preset, NAME, b"content")
    in_bucket(preset, "daily/b.mp4", b"content")
    stored = of_object(preset.endpoint or "", preset.bucket, NAME, 7)
    rows = [recording_row("EG_1", **stored), recording_row("EG_2", **file(root))]

    async def work(store: Store) -> None:
        await add(store, {RECORDINGS: rows})
        for name in ("EG_1.1", "EG_2.1"):
            recording = await recordings.get(store, name)
            await deleting.delete(store, places, Hub(), recording, "ann")
            gone = await recordings.get(store, name)
            assert (gone.state, gone.deleted_by) == (FileState.DELETED, "ann")
            assert gone.deleted_at is not None
            with pytest.raises(NotDeletable):
                await deleting.delete(store, places, Hub(), gone, "ann")

    in_store(database, work)
    assert not is_there(preset, NAME)
    assert is_there(preset, "daily/b.mp4")
    assert list(root.iterdir()) == []


def test_one_that_is_gone_already(
    database: str, places: Places, preset: S3Preset, root: Path
) -> None:
    own: Row = {"location": str(root / "gone.mp4")}
    stored = of_object(preset.endpoint or "", preset.bucket, "gone.mp4", 7)
    rows = [recording_row("EG_1", **own), recording_row("EG_2", **stored)]

    async def work(store: Store) -> None:
        await add(store, {RECORDINGS: rows})
        for name in ("EG_1.1", "EG_2.1"):
            recording = await recordings.get(store, name)
            with pytest.raises(FileGone):
                await deleting.delete(store, places, Hub(), recording, "ann")
            assert (await recordings.get(store, name)).state is FileState.UNCHECKED
        assert (await delete_old(store, places, Hub(), datetime.now(UTC))).number == 0

    in_store(database, work)


def test_what_cannot_be_deleted(database: str, places: Places, root: Path) -> None:
    async def work(store: Store) -> None:
        rows = [
            recording_row("EG_1", location="https://elsewhere.example/a.mp4"),
            recording_row("EG_2", **file(root, "a.m3u8") | {"kind": "hls"}),
            recording_row("EG_3", location="", kind="images"),
        ]
        await add(store, {RECORDINGS: rows})
        for number in (1, 2, 3):
            recording = await recordings.get(store, f"EG_{number}.1")
            with pytest.raises(NotDeletable):
                await deleting.delete(store, places, Hub(), recording, "ann")
            assert (await recordings.get(store, recording.id)).state is FileState.UNCHECKED

    in_store(database, work)
    assert (root / "a.m3u8").exists()


def test_a_storage_that_fails_leaves_the_row(database: str, places: Places, root: Path) -> None:
    row = recording_row("EG_1", **file(root))
    (root / "a.mp4").unlink()
    root.rmdir()

    async def work(store: Store) -> None:
        await add(store, {RECORDINGS: [row]})
        recording = await recordings.get(store, "EG_1.1")
        with pytest.raises(RecordingFailed, match="the folder doesn't exist"):
            await deleting.delete(store, places, Hub(), recording, "ann")
        assert (await recordings.get(store, "EG_1.1")).state is FileState.UNCHECKED

    in_store(database, work)


async def delete_all(store: Store, places: Places, until: datetime) -> int:
    """Delete all files of recordings before a moment, as the job does; return how many."""
    number, before = 0, ""
    while True:
        done = await delete_old(store, places, Hub(), until, before)
        number += done.number
        if done.before is None:
            return number
        before = done.before


def test_old_ones_are_deleted_by_rule(database: str, places: Places, root: Path) -> None:
    old = BEGAN - timedelta(days=10)

    async def work(store: Store) -> None:
        many = [
            recording_row(f"EG_{number:03}", started_at=old, **file(root, f"{number}.mp4"))
            for number in range(BATCH + 3)
        ]
        others = [
            recording_row("EG_new", **file(root, "new.mp4")),
            recording_row("EG_hls", started_at=old, **file(root, "h.m3u8") | {"kind": "hls"}),
            recording_row("EG_far", started_at=old, location="https://elsewhere.example/a.mp4"),
            recording_row("EG_lost", started_at=old, **file(root, "l.mp4"), state="missing"),
        ]
        await add(store, {RECORDINGS: [*many, *others]})
        until = datetime.now(UTC) - timedelta(days=5)
        assert await delete_all(store, places, until) == BATCH + 3
        assert await delete_all(store, places, until) == 0
        assert (await recordings.get(store, "EG_000.1")).deleted_by == "dashboard"

    in_store(database, work)
    assert sorted(path.name for path in root.iterdir()) == ["h.m3u8", "l.mp4", "new.mp4"]


def test_a_bucket_that_fails_does_not_keep_others_from_it(
    database: str, places: Places, preset: S3Preset, root: Path
) -> None:
    old = BEGAN - timedelta(days=10)
    lost = f"{preset.endpoint}/{preset.bucket}/a.mp4"

    async def work(store: Store) -> int:
        away = Places([preset.model_copy(update={"endpoint": "http://127.0.0.1:9"})], root)
        rows = [
            recording_row("EG_1", started_at=old, filename="a.mp4", location=lost),
            recording_row(
                "EG_2",
                started_at=old,
                filename="a.mp4",
                location="http://127.0.0.1:9/" f"{preset.bucket}/a.mp4",
            ),
            recording_row("EG_3", started_at=old, **file(root)),
        ]
        await add(store, {RECORDINGS: rows})
        try:
            return await delete_all(store, away, datetime.now(UTC) - timedelta(days=5))
        finally:
            away.close()

    assert in_store(database, work) == 1
    assert list(root.iterdir()) == []
