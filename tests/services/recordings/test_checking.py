"""Recordings are checked in their storages: there, gone, of another size, or out of reach."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from app.config.presets import S3Preset
from app.live.hub import Hub
from app.services.recordings import recordings
from app.services.recordings.checking import AGAIN, PAUSES, TOGETHER, check_due
from app.services.recordings.places import Places
from app.services.recordings.states import FileState
from app.store.schema import RECORDINGS
from app.store.store import Store
from dev.s3 import S3
from tests.services.recordings.buckets import frozen, in_bucket
from tests.support.history import Row, add
from tests.support.recordings import of_file, of_object, recording_row
from tests.support.stores import in_store

Check = Callable[[Store], Awaitable[int]]
CONTENT = b"\0\0\0\x18ftypmp42" + b"x" * 988


def file(root: Path, name: str = "a.mp4") -> Row:
    """Write a file into the folder, and return what LiveKit reports of it."""
    (root / name).write_bytes(CONTENT)
    return of_file(root / name)


def checked(database: str, places: Places, *rows: Row, times: int = 1) -> list[dict[str, Any]]:
    """Keep rows, check what is due, and return them by their IDs."""

    async def work(store: Store) -> list[dict[str, Any]]:
        await add(store, {RECORDINGS: rows})
        for _ in range(times):
            await check_due(store, places, Hub())
        return await all_rows(store)

    return in_store(database, work)


async def all_rows(store: Store) -> list[dict[str, Any]]:
    """Return all rows."""
    async with store.read() as connection:
        found = await connection.execute(select(RECORDINGS).order_by(RECORDINGS.c.id))
        return [dict(row) for row in found.mappings()]


def test_in_a_folder(database: str, places: Places, root: Path) -> None:
    gone: Row = {"filename": "gone.mp4", "location": str(root / "gone.mp4")}
    rows = checked(
        database,
        places,
        recording_row("EG_1", **file(root)),
        recording_row("EG_2", **file(root, "b.mp4") | {"size": 5}),
        recording_row("EG_3", **gone),
        recording_row("EG_4", **file(root, "d.mp4") | {"size": None}),
    )
    assert [row["state"] for row in rows] == ["there", "different", "missing", "there"]
    assert [row["found_size"] for row in rows] == [1000, 1000, None, 1000]
    assert {row["checks"] for row in rows} == {1}
    assert all(row["check_at"] == row["checked_at"] + PAUSES[0] for row in rows)


def test_in_a_bucket(database: str, places: Places, preset: S3Preset) -> None:
    names = ["daily/a b.mp4", "Zoë & <b>'\"#?%.mp4", "100%20.mp4"]
    for name in names:
        in_bucket(preset, name, CONTENT)
    reported = [of_object(preset.endpoint or "", preset.bucket, name, 1000) for name in names]
    reported.append(of_object(preset.endpoint or "", preset.bucket, "none.mp4", 1000))
    rows = [recording_row(f"EG_{number}", **each) for number, each in enumerate(reported)]
    states = [row["state"] for row in checked(database, places, *rows)]
    assert states == ["there", "there", "there", "missing"]


def test_out_of_reach(database: str, places: Places) -> None:
    elsewhere: Row = {"location": "https://other.s3.amazonaws.com/a.mp4"}
    (row,) = checked(database, places, recording_row("EG_1", **elsewhere))
    assert (row["state"], row["problem"], row["checks"]) == ("unreachable", "", 1)


def test_a_playlist_has_not_the_size_of_its_segments(
    database: str, places: Places, root: Path
) -> None:
    own = file(root, "a.m3u8") | {"kind": "hls", "size": 77}
    (row,) = checked(database, places, recording_row("EG_1", **own))
    assert (row["state"], row["found_size"]) == ("there", None)


def test_less_and_less_often(database: str, places: Places, root: Path) -> None:
    async def work(store: Store) -> None:
        await add(store, {RECORDINGS: [recording_row("EG_1", **file(root))]})
        for pause in (*PAUSES, PAUSES[-1]):
            assert await check_due(store, places, Hub()) == 1
            assert await check_due(store, places, Hub()) == 0, "it isn't due"
            (row,) = await all_rows(store)
            assert row["check_at"] - row["checked_at"] == pause
            async with store.write() as connection:
                due = update(RECORDINGS).values(check_at=datetime.now(UTC))
                await connection.execute(due)

    in_store(database, work)


def test_a_storage_that_fails_changes_no_status(database: str, places: Places, root: Path) -> None:
    row = recording_row("EG_1", **file(root)) | {"state": "there", "checks": 2}
    (root / "a.mp4").unlink()
    root.rmdir()
    before = datetime.now(UTC)
    (after,) = checked(database, places, row)
    assert (after["state"], after["checks"], after["checked_at"]) == ("there", 2, None)
    assert "the folder doesn't exist" in after["problem"]
    assert timedelta() <= after["check_at"] - (before + AGAIN) < timedelta(minutes=1)


def test_one_that_is_asked_again_is_forgiven(database: str, places: Places, root: Path) -> None:
    own = recording_row("EG_1", **file(root)) | {"problem": "It failed."}
    (row,) = checked(database, places, own)
    assert (row["state"], row["problem"]) == ("there", "")


def test_a_storage_that_hangs_is_asked_once_a_round(
    database: str,
    places: Places,
    preset: S3Preset,
    s3: S3,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.storage.readable.READ_TIMEOUT", 0.3)
    asked: list[str] = []
    size = places.find

    def find(recording: recordings.Recording) -> Any:
        asked.append(recording.id)
        return size(recording)

    monkeypatch.setattr(places, "find", find)
    reported = of_object(preset.endpoint or "", preset.bucket, "a.mp4", 1000)
    hanging = [recording_row(f"EG_{number}", **reported) for number in range(5)]
    with frozen(s3):
        rows = checked(database, places, *hanging, recording_row("EG_9", **file(root)))
    assert [row["state"] for row in rows] == ["unchecked"] * 5 + ["there"]
    assert "no response within 0.3 s" in rows[0]["problem"]
    assert {row["problem"] for row in rows[:5]} == {rows[0]["problem"]}
    assert len(asked) == 6


def test_more_than_one_query_has(database: str, places: Places, root: Path) -> None:
    own = file(root)
    rows = [recording_row(f"EG_{number:03}", **own) for number in range(TOGETHER * 2 + 1)]
    assert {row["state"] for row in checked(database, places, *rows)} == {"there"}


def test_what_was_deleted_meanwhile_stays_deleted(
    database: str, places: Places, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(store: Store) -> None:
        await add(store, {RECORDINGS: [recording_row("EG_1", **file(root))]})
        deleted = update(RECORDINGS).values(state="deleted", check_at=None)

        async def result(*_: Any) -> dict[str, Any]:
            async with store.write() as connection:
                await connection.execute(deleted)
            return {"state": "there"}

        monkeypatch.setattr("app.services.recordings.checking.result", result)
        await check_due(store, places, Hub())
        recording = await recordings.get(store, "EG_1.1")
        assert recording.state is FileState.DELETED

    in_store(database, work)
