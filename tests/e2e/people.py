"""The list of participants on a room's page, and the room's own menu, as a person uses them."""

from playwright.sync_api import Locator, Page


def row(page: Page, label: str) -> Locator:
    """Return the row of the participant who is shown by this label."""
    link = page.get_by_role("link", name=f"Details of {label}", exact=True)
    return page.locator("tr[id^=PA_]", has=link)


def expanded(page: Page, label: str) -> Locator:
    """Expand the row of a participant, and return what that shows."""
    sid = row(page, label).get_attribute("id")
    row(page, label).get_by_role("link", name="Details of").click()
    more = page.locator(f"#more-{sid}")
    more.wait_for()
    return more


def choose(page: Page, label: str, item: str) -> None:
    """Choose out of a participant's menu."""
    row(page, label).locator("details.menu > summary").click()
    row(page, label).locator(".menu-items").get_by_text(item, exact=True).click()


def act(page: Page, item: str) -> None:
    """Choose out of the room's menu of actions."""
    page.locator("#actions > summary").click()
    page.locator("#actions .menu-items").get_by_role("link", name=item).click()
