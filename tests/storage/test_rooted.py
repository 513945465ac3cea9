"""Below a folder that somebody else writes, nothing leads out of it."""

import os
from pathlib import Path

import pytest

from app.storage.errors import NotStored, StorageRefused, StorageUnavailable
from app.storage.paths import foreign
from app.storage.rooted import Rooted


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file in a folder, and a secret beside it."""
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    (root / "a" / "file.mp4").write_bytes(b"0123456789")
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "secret").write_bytes(b"secret")
    return root


def test_a_file(folder: Path) -> None:
    rooted = Rooted(folder)
    assert rooted.size("a/file.mp4") == 10
    assert rooted.read("a/file.mp4", 2, 5) == b"234"
    assert rooted.written_at("a/file.mp4").timestamp() > 0
    rooted.delete(["a/file.mp4", "a/none.mp4", "none/none.mp4"])
    assert list((folder / "a").iterdir()) == []


def test_the_root_itself_may_be_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    assert Rooted(tmp_path / "link").size("a/file.mp4") == 10


def test_no_link_is_followed(folder: Path, tmp_path: Path) -> None:
    (folder / "file-link").symlink_to(tmp_path / "secret")
    (folder / "inner-link").symlink_to(folder / "a" / "file.mp4")
    (folder / "folder-link").symlink_to(tmp_path / "beside")
    (folder / "up").symlink_to("..")
    rooted = Rooted(folder)
    for path in ("file-link", "inner-link", "folder-link/secret", "up/secret", "up/beside/secret"):
        with pytest.raises(NotStored):
            rooted.size(path)
        with pytest.raises(NotStored):
            rooted.read(path, 0, 1)
    rooted.delete(["folder-link/secret", "up/secret"])
    assert (tmp_path / "secret").read_bytes() == b"secret"
    assert (tmp_path / "beside" / "secret").read_bytes() == b"secret"


def test_a_link_is_deleted_and_not_what_it_leads_to(folder: Path, tmp_path: Path) -> None:
    (folder / "file-link").symlink_to(tmp_path / "secret")
    Rooted(folder).delete(["file-link"])
    assert not (folder / "file-link").is_symlink()
    assert (tmp_path / "secret").read_bytes() == b"secret"


def test_what_is_no_file(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    rooted = Rooted(folder)
    for path in ("a", "pipe", "a/file.mp4/x", "none", "x" * 300):
        with pytest.raises(NotStored):
            rooted.size(path)
    rooted.delete(["a"])
    assert (folder / "a" / "file.mp4").exists()


def test_a_root_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable, match="the folder doesn't exist"):
        Rooted(tmp_path / "none").size("a")
    with pytest.raises(StorageUnavailable, match="the folder doesn't exist"):
        Rooted(tmp_path / "none").delete(["a"])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(folder: Path) -> None:
    (folder / "a" / "file.mp4").chmod(0)
    with pytest.raises(StorageRefused):
        Rooted(folder).size("a/file.mp4")


@pytest.mark.parametrize("path", ["a", "a/b.mp4", "Zoë \u202e?#%<>&.mp4", ".hidden", "a..b", "..."])
def test_paths_that_are_taken(path: str) -> None:
    assert foreign(path) == path


@pytest.mark.parametrize(
    "path",
    ["", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/..", "a\0", "a\n", "\ud800", "é" * 600],
)
def test_paths_that_are_not(path: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        foreign(path)
