"""Without scripts, an action on the room page returns to its tab and filter."""

from playwright.sync_api import Page, expect

from app.text.paths import participant_path, room_path
from tests.e2e.conftest import Join, OpenPage


def shown(page: Page) -> str:
    """Return the address of the page without its host."""
    return str(page.evaluate("location.pathname + location.search"))


def test_actions_return_to_the_filter(open_page: OpenPage, room: str, join: Join) -> None:
    ada = join(room, "ada", audio=True)
    join(room, "bob")
    place = f"{room_path(room)}?q=ad&open={ada.sid}"
    page = open_page(place, java_script_enabled=False)
    page.get_by_role("button", name="Mute", exact=True).click()
    expect(page.locator(".notice.ok")).to_contain_text("microphone was muted")
    assert shown(page) == place
    page.goto(place)
    page.locator("tbody details.menu > summary").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    assert shown(page) == participant_path(room, "ada", "edit")
    page.get_by_role("textbox", name="Display name").fill("Ada L.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("main > .notice.ok")).to_be_visible()
    assert shown(page) == place
    expect(page.locator("tr[id^=PA_]")).to_have_count(1)
