"""Job: open a room for a meeting."""

import secrets

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
