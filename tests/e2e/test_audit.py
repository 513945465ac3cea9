"""The audit log in a browser: an act is found with its details, and the pages are accessible."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.text.paths import room_path
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.e2e.watch import Watch
from tests.support.dashboard import Dashboard


@pytest.fixture(scope="module")
def stored(
    start_dashboard: Callable[..., Dashboard], tmp_path_factory: pytest.TempPathFactory
) -> Dashboard:
    folder = tmp_path_factory.mktemp("store")
    return start_dashboard(database_url=f"sqlite:///{folder}/dashboard.db")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_an_act_is_found_by_its_target(
    open_page: OpenPage, stored: Dashboard, make_room: Callable[..., str], scripts: bool
) -> None:
    room = make_room()
    visitor = stored.visitor()
    visitor.post(room_path(room, "edit"), metadata="tenant-7")
    page = open_page(at=stored.url, fresh=True, java_script_enabled=scripts)
    page.goto("/audit")
    page.get_by_role("searchbox", name="Filter by target or request ID").fill(room)
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Edit room").click()
    expect(page.get_by_role("heading", name="Edit room")).to_be_visible()
    expect(page.get_by_role("link", name=room, exact=True)).to_be_visible()
    page.get_by_role("link", name="History", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_the_history_of_a_room_says_what_was_changed(
    open_page: OpenPage, stored: Dashboard, make_room: Callable[..., str]
) -> None:
    room = make_room(metadata="tenant-7")
    page = open_page(at=stored.url)
    page.goto(room_path(room, "edit"))
    page.get_by_label("Metadata").fill("tenant-8")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name=room)).to_be_visible()
    page.get_by_role("link", name="History", exact=True).click()
    page.get_by_role("link", name="Edit room").click()
    changes = page.get_by_role("region", name="Changes")
    expect(changes.get_by_role("deletion")).to_have_text("tenant-7")
    expect(changes.get_by_role("insertion")).to_have_text("tenant-8")
    assert problems_everywhere(page) == {}


def test_it_is_accessible_everywhere(
    open_page: OpenPage, stored: Dashboard, make_room: Callable[..., str]
) -> None:
    room = make_room()
    visitor = stored.visitor()
    visitor.post(room_path(room, "edit"), metadata="tenant-7")
    visitor.post(room_path(room, "delete"), csrf="wrong")
    page = open_page(at=stored.url)
    for path in ("/audit", "/audit?q=nothing-has-this-name", "/audit?address=127.0.0.1"):
        page.goto(path)
        assert problems_everywhere(page) == {}, path
    page.goto(f"/audit?q={room}")
    page.get_by_role("link", name="Edit room").click()
    assert problems_everywhere(page) == {}


def test_a_database_that_fails_is_said_in_the_top_bar(
    open_page: OpenPage,
    watch: Watch,
    start_dashboard: Callable[..., Dashboard],
    tmp_path: Path,
) -> None:
    watch.expect_status(503)
    dashboard = start_dashboard(database_url=f"sqlite:///{tmp_path}/missing/dashboard.db")
    page = open_page(at=dashboard.url)
    page.goto("/rooms")
    expect(page.locator(".topbar").get_by_text("Database")).to_be_visible()
    assert problems_everywhere(page) == {}
    page.goto("/audit")
    expect(
        page.get_by_role("heading", name="The dashboard's database is unreachable")
    ).to_be_visible()
    assert problems_everywhere(page) == {}
