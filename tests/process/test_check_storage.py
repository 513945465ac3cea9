"""`livekit-dashboard check` says whether the storage of files works, and changes nothing."""

import asyncio
from pathlib import Path
from typing import Any

from app.config.settings import load_settings
from app.process import diagnosis
from app.process.diagnosis import Finding


def checked(**settings: Any) -> list[Finding]:
    """Return what the check says of files; nothing listens where LiveKit should."""
    given = load_settings(
        _env_file=None,
        **{
            "livekit_url": "ws://127.0.0.1:9",
            "livekit_api_key": "key",
            "livekit_api_secret": "a-secret-of-the-tests-0123456789",
            "admin_password": "password",
            **settings,
        },
    )
    findings = asyncio.run(diagnosis.findings(given))
    return [each for each in findings if each.subject == "Files"]


def test_before_the_first_start_and_after_it(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/dashboard.db"
    works = [Finding("Files", f"Folder {tmp_path}/files responds")]
    assert checked(database_url=database) == works
    assert not (tmp_path / "files").exists()
    (tmp_path / "files").mkdir()
    assert checked(database_url=database) == works
    assert list((tmp_path / "files").iterdir()) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    url = (tmp_path / "none" / "files").as_uri()
    (found,) = checked(database_url=f"sqlite:///{tmp_path}/dashboard.db", storage_url=url)
    assert not found.fine
    assert found.text.startswith(f"Folder {tmp_path}/none/files: Checking the folder failed: ")
    assert "Check STORAGE_URL" in found.text


def test_without_a_store_there_are_no_files() -> None:
    assert checked() == []
