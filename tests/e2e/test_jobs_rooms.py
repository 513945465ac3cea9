"""Jobs: open a room for a meeting, and clear away the rooms of a load test."""

import secrets
from collections.abc import Callable

from livekit import api
from playwright.sync_api import Page, expect

from app.text.paths import room_path
from tests.e2e.clicks import Clicks
from tests.routes.asked import Ask, opened


def test_create_a_room(page: Page, livekit: Ask) -> None:
    name = f"job-{secrets.token_hex(4)}"
    clicks = Clicks(page)
    page.goto("/rooms")
    page.locator(".page-head").get_by_role("link", name="New room").click()
    page.get_by_role("dialog").get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("dialog").get_by_role("button", name="Create room").click()
    expect(page).to_have_url(room_path(name))
    assert clicks.count == 2
    assert opened(livekit, name)
    livekit("room.delete_room", api.DeleteRoomRequest(room=name))


def test_delete_all_rooms_that_match(
    page: Page, livekit: Ask, make_room: Callable[..., str]
) -> None:
    prefix = f"load-{secrets.token_hex(4)}"
    names = [make_room(f"{prefix}-{number}") for number in range(3)]
    clicks = Clicks(page)
    page.goto("/rooms")
    page.get_by_role("searchbox", name="Filter by name or SID").fill(prefix)
    page.get_by_label("More actions for this list").click()
    page.get_by_role("button", name="Delete all 3 that match…").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete 3 rooms").click()
    expect(page.get_by_role("dialog", name="3 of 3 rooms deleted")).to_be_visible()
    assert clicks.count == 3
    assert not any(opened(livekit, name) for name in names)
