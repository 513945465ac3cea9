"""The documentation in the browser: found from any page, readable, with its pictures."""

import pytest
from playwright.sync_api import Page, expect

from app.manual.pages import DOCUMENTS
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage


def test_from_a_page_to_its_documentation_and_a_picture(page: Page) -> None:
    page.goto("/rooms")
    page.get_by_role("link", name="Documentation", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rooms and participants")
    image = page.locator("article img").first
    image.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('article img').naturalWidth > 100")
    page.get_by_role("navigation", name="Breadcrumbs").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Documentation")


def test_a_page_is_found_from_the_search(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_role("textbox").fill("troubl")
    page.get_by_role("link", name="Troubleshooting").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Troubleshooting")


@pytest.mark.parametrize("name", ["features/telephony", "settings", "accessibility", "deployment"])
def test_a_page_is_accessible_and_fits(open_page: OpenPage, name: str) -> None:
    page = open_page(DOCUMENTS[name].path)
    assert problems_everywhere(page) == {}
    for width in (1440, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
