"""Only a storage that is there can say that a file is missing."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.config.presets import S3Preset
from app.services.recordings.checking import AGAIN, PAUSES
from app.services.recordings.places import Places
from app.storage.errors import StorageRefused, StorageUnavailable
from app.storage.objects import Objects
from app.storage.rooted import Rooted
from tests.services.recordings.test_checking import checked, file
from tests.support.recordings import of_object, recording_row


def test_a_folder_that_is_not_mounted(database: str, places: Places, root: Path) -> None:
    row = recording_row("EG_1", **file(root), state="there")
    (root / "a.mp4").unlink()
    (after,) = checked(database, places, row)
    assert (after["state"], after["checks"], after["checked_at"]) == ("there", 0, None)
    assert "the folder is empty" in after["problem"]


def test_a_folder_on_another_disk(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file(root)
    rooted = Rooted(root)
    rooted.check()
    assert rooted.size("a.mp4") == 1000
    rooted.check()
    other = SimpleNamespace(st_dev=root.stat().st_dev + 1)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", lambda _: other)
        with pytest.raises(StorageUnavailable, match="on another disk than before"):
            rooted.check()


def test_a_bucket_that_does_not_exist(database: str, preset: S3Preset, root: Path) -> None:
    away = Places([preset.model_copy(update={"bucket": "no-such-bucket"})], root)
    reported = of_object(preset.endpoint or "", "no-such-bucket", "a.mp4", 1000)
    (after,) = checked(database, away, recording_row("EG_1", **reported, state="there"))
    away.close()
    assert (after["state"], after["checks"]) == ("there", 0)
    assert "the bucket doesn't exist" in after["problem"]


def test_a_storage_is_confirmed_once_a_round(
    database: str, places: Places, preset: S3Preset, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(Objects, "check", lambda _, beside: asked.append(beside))
    rows = [
        recording_row(
            f"EG_{number}",
            **of_object(preset.endpoint or "", preset.bucket, f"daily/{number}.mp4", 1000),
        )
        for number in range(3)
    ]
    assert {row["state"] for row in checked(database, places, *rows)} == {"missing"}
    assert len(asked) == 1
    assert asked[0].startswith("daily/")


def test_a_file_that_is_refused_holds_up_no_other(
    database: str, places: Places, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = Rooted.size

    def refused(rooted: Rooted, path: str) -> int:
        if path == "a.mp4":
            raise StorageRefused("access was denied")
        return size(rooted, path)

    monkeypatch.setattr(Rooted, "size", refused)
    first = recording_row("EG_1", **file(root), state="there") | {"checks": 1}
    forbidden, other = checked(
        database, places, first, recording_row("EG_2", **file(root, "b.mp4"))
    )
    assert (forbidden["state"], forbidden["checks"]) == ("there", 2)
    assert forbidden["problem"] == "access was denied"
    assert forbidden["check_at"] - other["checked_at"] > PAUSES[1] - AGAIN
    assert (other["state"], other["problem"]) == ("there", "")
