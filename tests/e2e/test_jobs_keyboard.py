"""Job: find a room and open it, by the keyboard alone, on a narrow dark screen."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import problems_everywhere
from tests.e2e.clicks import Clicks
from tests.e2e.conftest import NARROW, OpenPage
from tests.e2e.test_narrow import wider

# behind the skip link: the buttons of the head, then the filter
MOST_TABS = 12
NAME = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"


def press_until(page: Page, key: str, name: str, most: int) -> None:
    """Press a key until the name of what has the focus matches."""
    for _ in range(most):
        page.keyboard.press(key)
        if re.fullmatch(name, page.evaluate(NAME).strip()):
            return
    pytest.fail(f"{name} isn't within {most} presses of {key}")


def test_filter_a_list_and_open_what_it_finds(open_page: OpenPage, room: str) -> None:
    page = open_page(viewport=NARROW, color_scheme="dark")
    clicks = Clicks(page)
    page.goto("/rooms")
    press_until(page, "Tab", "Skip to content", 1)
    page.keyboard.press("Enter")
    press_until(page, "Tab", "Filter by .*", MOST_TABS)
    page.keyboard.type(room)
    expect(page.locator("tbody tr")).to_have_count(1)
    press_until(page, "Tab", re.escape(room), MOST_TABS)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(room)
    assert clicks.count == 0
    assert wider(page) == []
    assert problems_everywhere(page) == {}
