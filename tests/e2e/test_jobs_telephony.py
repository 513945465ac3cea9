"""Job: receive calls to a number in a room, and know that it works before anybody calls."""

from playwright.sync_api import Page, expect

from tests.e2e.clicks import Clicks
from tests.routes.asked import phone_number
from tests.routes.sip.trunks import own_name

part = own_name("job")


def test_receive_calls_in_a_room(page: Page, part: str) -> None:
    number = phone_number()
    clicks = Clicks(page)
    page.goto("/sip/trunks")
    page.locator(".page-head").get_by_role("link", name="New inbound").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name", exact=True).fill(part)
    dialog.get_by_role("textbox", name="Numbers", exact=True).fill(number)
    dialog.get_by_role("button", name="Create trunk").click()
    expect(page.get_by_role("heading", level=1, name=part)).to_be_visible()
    page.get_by_role("link", name="New rule").click()
    dialog.get_by_role("textbox", name="Name", exact=True).fill(part)
    dialog.get_by_role("combobox", name="Type").select_option("direct")
    dialog.get_by_role("textbox", name="Room", exact=True).fill(part)
    dialog.get_by_role("button", name="Create rule").click()
    expect(page.locator(".notice.ok")).to_be_visible()
    page.get_by_role("link", name="Test a call").click()
    called = page.get_by_role("textbox", name="Called number")
    # a rule for all numbers of its trunk names none
    called.fill(number)
    page.get_by_role("button", name="Test route").click()
    expect(page.locator(".notice.ok")).to_contain_text(f"The caller joins the room {part}.")
    assert clicks.count == 6
