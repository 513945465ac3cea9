"""Job: send an agent to a room, and see whether a worker takes the job."""

from playwright.sync_api import Page, expect

from tests.e2e.clicks import Clicks
from tests.e2e.conftest import Join


def test_dispatch_an_agent(page: Page, room: str, join: Join) -> None:
    join(room, "ada")
    clicks = Clicks(page)
    page.goto("/agents")
    page.locator(".page-head").get_by_role("link", name="Dispatch an agent").click()
    dialog = page.get_by_role("dialog", name="Dispatch an agent")
    dialog.get_by_role("combobox", name="Room").fill(room)
    dialog.get_by_role("textbox", name="Agent name").fill("nobody-here")
    dialog.get_by_role("button", name="Dispatch").click()
    expect(page.locator(".notice.ok")).to_contain_text("nobody-here was dispatched.")
    expect(page.locator("main")).to_contain_text("LiveKit is offering the job")
    assert clicks.count == 2
    # the list keeps it, although no agent came
    page.get_by_role("navigation").get_by_role("link", name="Agents").first.click()
    row = page.get_by_role("row").filter(has_text=room)
    expect(row.get_by_role("link", name="nobody-here")).to_be_visible()
    assert clicks.count == 3
