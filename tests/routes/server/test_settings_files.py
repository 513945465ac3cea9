"""The storage of files among the services of the settings page."""

from collections.abc import Callable
from pathlib import Path

from tests.support.dashboard import Dashboard
from tests.support.visitor import Visitor


def test_it_says_where_files_are_and_what_is_wrong(
    start_dashboard: Callable[..., Dashboard], tmp_path: Path
) -> None:
    url = (tmp_path / "files").as_uri()
    dashboard = start_dashboard(database_url=f"sqlite:///{tmp_path}/x.db", storage_url=url)
    visitor = dashboard.visitor()
    page = visitor.get("/settings")
    assert "A folder on this machine." in page.text
    assert f"Checked without writing: {tmp_path}/files" in page.text
    (tmp_path / "files").rename(tmp_path / "away")
    page = visitor.get("/settings")
    assert page.status == 200
    assert "The dashboard's file storage is unreachable" in page.text
    assert "Checking the folder failed: the folder doesn't exist." in page.text
    assert "Check STORAGE_URL, and whether" in page.text
    (tmp_path / "away").rename(tmp_path / "files")
    assert "file storage is unreachable" not in visitor.get("/settings").text


def test_a_dashboard_starts_although_its_storage_fails(
    start_dashboard: Callable[..., Dashboard], tmp_path: Path
) -> None:
    url = (tmp_path / "none" / "files").as_uri()
    dashboard = start_dashboard(database_url=f"sqlite:///{tmp_path}/x.db", storage_url=url)
    visitor = dashboard.visitor()
    assert visitor.get("/rooms").status == 200
    assert "the folder doesn't exist" in visitor.get("/settings").text


def test_without_a_store_there_are_none(admin: Visitor) -> None:
    assert "Checked without writing" not in admin.get("/settings").text
