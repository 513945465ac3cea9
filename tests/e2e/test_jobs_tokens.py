"""Job: a token for a colleague, and what a token is good for."""

from playwright.sync_api import Page, expect

from tests.e2e.clicks import Clicks


def test_create_a_token_and_check_it(page: Page, room: str) -> None:
    clicks = Clicks(page)
    page.goto("/sandbox")
    page.get_by_role("textbox", name="Room", exact=True).fill(room)
    page.get_by_role("textbox", name="Identity").fill("eve")
    page.get_by_role("textbox", name="Display name").fill("Eve")
    page.get_by_role("button", name="Create token").click()
    token = page.get_by_role("textbox", name="Token").input_value()
    assert clicks.count == 1
    page.get_by_role("navigation", name="Tokens").get_by_role("link", name="Decode").click()
    page.get_by_role("textbox", name="Token").fill(token)
    page.get_by_role("button", name="Decode token").click()
    expect(page.locator("main")).to_contain_text(f"join the room {room}")
    expect(page.locator("main")).to_contain_text("eve")
    assert clicks.count == 3
