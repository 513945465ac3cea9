"""Job: somebody is noisy. Find them among all rooms, and mute them."""

import secrets

from playwright.sync_api import expect

from tests.e2e.clicks import Clicks
from tests.e2e.conftest import Join, OpenPage
from tests.e2e.test_search import found, opened
from tests.support.waiting import until


def test_find_and_mute_a_participant(open_page: OpenPage, room: str, join: Join) -> None:
    name = f"Noisy {secrets.token_hex(4)}"
    noisy = join(room, "noisy", name=name, audio=True)
    page = open_page()
    clicks = Clicks(page)
    page.goto("/")
    opened(page)
    found(page, name)
    expect(page.locator("[data-hit]").filter(has_text=name)).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    assert clicks.count == 0
    page.get_by_role("button", name="Mute", exact=True).click()
    until(lambda: noisy.muted["microphone"])
    assert clicks.count == 1
