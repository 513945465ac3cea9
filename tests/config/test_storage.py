"""STORAGE_URL: what is accepted, what is refused without being repeated, and the default."""

from pathlib import Path

import pytest

from app.config.settings import load_settings
from app.config.sources import SettingsError
from tests.config.samples import REQUIRED


def load(monkeypatch: pytest.MonkeyPatch, **names: str) -> str:
    """Return where files are kept with these variables in the environment."""
    for name, value in {**REQUIRED, **names}.items():
        monkeypatch.setenv(name, value)
    return load_settings().files_in


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("file:///data/files", "file:///data/files"),
        ("file:///data/files/", "file:///data/files"),
        ("file:///data/of%20ops", "file:///data/of%20ops"),
        ("s3://bucket", "s3://bucket"),
        ("s3://bucket/", "s3://bucket"),
        ("s3://my.bucket-1/a/b", "s3://my.bucket-1/a/b"),
        ("gs://bucket/prefix", "gs://bucket/prefix"),
        ("az://container/prefix", "az://container/prefix"),
    ],
)
def test_what_is_accepted(given: str, used: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, STORAGE_URL=given) == used


@pytest.mark.parametrize(
    "given",
    [
        "files",
        "/data/files",
        "file://",
        "file:///",
        "file://host/data",
        "file:data",
        "s3:",
        "s3://",
        "s3:///prefix",
        "s3://b",
        "s3://-bucket",
        "s3://bücket",
        "s3://bucket//a",
        "s3://bucket/../other",
        "s3://bucket/a/./b",
        "s3://KEY:hunter2@bucket/a",
        "s3://hunter2@bucket",
        "s3://bucket:9000/a",
        "s3://bucket/a?key=hunter2",
        "s3://bucket/a#hunter2",
        "s3://[hunter2",
        "https://bucket.s3.amazonaws.com/a",
        "memory:///",
        "file:///data/../etc",
        "file:///data/\x7f",
    ],
)
def test_what_is_refused(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as raised:
        load(monkeypatch, STORAGE_URL=given)
    (line,) = raised.value.lines
    assert line.startswith("STORAGE_URL: ")
    assert "hunter2" not in line


@pytest.mark.parametrize(
    ("database", "folder"),
    [
        ("sqlite:////data/dashboard.db", "/data/files"),
        ("sqlite:////data/of%20ops/dashboard.db", "/data/of%20ops/files"),
        ("sqlite:///dashboard.db", "{here}/files"),
        ("sqlite:///below/dashboard.db", "{here}/below/files"),
        ("postgresql://user:hunter2@host/database", "{here}/files"),
    ],
)
def test_the_default(
    database: str, folder: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    expected = Path(folder.format(here=tmp_path)).as_uri()
    assert load(monkeypatch, DATABASE_URL=database) == expected


@pytest.mark.parametrize(
    ("given", "used"), [("/out/recordings/", "/out/recordings"), ("/out/of ops", "/out/of ops")]
)
def test_the_folder_of_recordings(given: str, used: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**REQUIRED, "RECORDINGS_ROOT": given}.items():
        monkeypatch.setenv(name, value)
    assert load_settings().recordings_root == Path(used)


@pytest.mark.parametrize("given", ["recordings", "/", "./a", "/out/../etc", "/out/\u202ea", "~/a"])
def test_what_is_no_folder_of_recordings(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="RECORDINGS_ROOT"):
        load(monkeypatch, RECORDINGS_ROOT=given)


@pytest.mark.parametrize(
    ("root", "own"),
    [
        ("/data", {}),
        ("/data/files", {}),
        ("/data/files/of/workers", {}),
        ("/srv", {"STORAGE_URL": "file:///srv/own%20files"}),
        ("/srv/own files/a", {"STORAGE_URL": "file:///srv/own%20files"}),
        ("/data", {"STORAGE_URL": "s3://bucket"}),
    ],
)
def test_recordings_among_the_own_files(
    root: str, own: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    database = {"DATABASE_URL": "sqlite:////data/dashboard.db"}
    with pytest.raises(SettingsError, match="RECORDINGS_ROOT: can't contain"):
        load(monkeypatch, RECORDINGS_ROOT=root, **database, **own)


@pytest.mark.parametrize("root", ["/data/recordings", "/data/files-2", "/out"])
def test_recordings_beside_the_own_files(root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = "sqlite:////data/dashboard.db"
    assert load(monkeypatch, RECORDINGS_ROOT=root, DATABASE_URL=database) == "file:///data/files"
