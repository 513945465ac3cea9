"""Recordings of egress in a browser: found, played, and deleted, also without a script."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.store.schema import RECORDINGS
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.support.dashboard import Dashboard
from tests.support.history import Row, keep
from tests.support.recordings import of_file, recording_row
from tests.support.sounds import recording
from tests.support.waiting import until

SECONDS = 5


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that workers record into."""
    return tmp_path_factory.mktemp("recorded")


@pytest.fixture(scope="module")
def stored(
    start_dashboard: Callable[..., Dashboard],
    tmp_path_factory: pytest.TempPathFactory,
    root: Path,
) -> Dashboard:
    """A dashboard with recordings, one of them out of reach."""
    database = f"sqlite:///{tmp_path_factory.mktemp('store')}/dashboard.db"
    dashboard = start_dashboard(database_url=database, recordings_root=root)
    for name in ("stand-up.ogg", "kept.ogg"):
        (root / name).write_bytes(recording(SECONDS))
    (root / "kept.mp4").write_bytes(b"\0\0\0\x18ftypmp42")
    far: Row = {"location": "https://tapes.s3.amazonaws.com/far.mp4", "filename": "far.mp4"}
    rows = [
        recording_row("EG_near", **of_file(root / "stand-up.ogg")),
        recording_row("EG_sound", **of_file(root / "kept.ogg")),
        recording_row("EG_video", **of_file(root / "kept.mp4")),
        recording_row("EG_far", state="unreachable", **far),
    ]
    keep(dashboard.settings.stored_in, {RECORDINGS: rows})
    return dashboard


def test_it_is_found_played_and_deleted(stored: Dashboard, open_page: OpenPage, root: Path) -> None:
    page = open_page(at=stored.url)
    page.goto("/recordings")
    page.get_by_role("searchbox").fill("stand")
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name="stand-up.ogg").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("stand-up.ogg")
    sound = page.locator("audio")
    sound.evaluate("element => { element.muted = true; return element.play(); }")
    until(lambda: sound.evaluate("element => element.currentTime") > 0.2)
    assert abs(sound.evaluate("element => element.duration") - SECONDS) < 0.1
    sound.evaluate("element => { element.currentTime = 4; }")
    until(lambda: sound.evaluate("element => element.currentTime") > 4.1)
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    page.get_by_role("link", name="Delete…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("stand-up.ogg")
    dialog.get_by_role("button", name="Delete file").click()
    expect(page.locator(".notice.ok")).to_contain_text("The file was deleted")
    page.goto("/recordings/EG_near.1")
    expect(page.locator("main")).to_contain_text("The file was deleted")
    expect(page.locator("audio")).to_have_count(0)
    assert not (root / "stand-up.ogg").exists()


def test_one_that_is_out_of_reach_says_what_to_set(stored: Dashboard, open_page: OpenPage) -> None:
    page = open_page(at=stored.url)
    page.goto("/recordings?q=far")
    page.get_by_role("link", name="far.mp4").click()
    expect(page.locator("main")).to_contain_text("EGRESS_PRESETS_FILE")
    expect(page.get_by_role("link", name="Download")).to_have_count(0)


def test_it_is_accessible(stored: Dashboard, open_page: OpenPage) -> None:
    page: Page = open_page(at=stored.url)
    for key in ("near", "sound", "video", "far"):
        page.goto(f"/recordings/EG_{key}.1")
        assert problems_everywhere(page) == {}
    page.goto("/recordings")
    assert problems_everywhere(page) == {}
