"""Lists by single keys: from row to row, open, select, create; and from page to page."""

import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from app.navigation.shortcuts import GO
from app.text.paths import room_path
from tests.e2e.conftest import NARROW, OpenPage
from tests.e2e.polls import next_poll


@pytest.fixture
def part(make_room: Callable[..., str]) -> str:
    """A text that three rooms have in their names."""
    part = f"keys-{secrets.token_hex(4)}"
    for letter in "abc":
        make_room(f"{part}-{letter}")
    return part


def link(page: Page, name: str) -> Locator:
    """Return the link of a row."""
    return page.get_by_role("link", name=name, exact=True)


def test_from_row_to_row_and_into_one(open_page: OpenPage, part: str) -> None:
    page = open_page(f"/rooms?q={part}&sort=name")
    for key, letter in [("j", "a"), ("j", "b"), ("j", "c"), ("j", "c"), ("k", "b"), ("k", "a")]:
        page.keyboard.press(key)
        expect(link(page, f"{part}-{letter}")).to_be_focused()
    row = page.locator("tbody tr").first.locator("td").first
    other = page.locator("tbody tr").last.locator("td").first
    background = "e => getComputedStyle(e).backgroundColor"
    assert row.evaluate(background) != other.evaluate(background)
    page.keyboard.press("j")
    next_poll(page)
    expect(link(page, f"{part}-b")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{room_path(f'{part}-b')}")


def test_a_row_is_selected_and_cleared(open_page: OpenPage, part: str) -> None:
    page = open_page(f"/rooms?q={part}&sort=name")
    page.keyboard.press("x")
    expect(page.locator("[data-selected-count]")).to_have_text("")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("[data-selected-count]")).to_have_text("2 selected")
    expect(page.get_by_label(f"Select {part}-b")).to_be_checked()
    page.keyboard.press("x")
    expect(page.locator("[data-selected-count]")).to_have_text("1 selected")


def test_n_creates_and_g_goes(open_page: OpenPage, part: str) -> None:
    page = open_page(f"/rooms?q={part}")
    page.keyboard.press("n")
    expect(page.locator("#dialog-title")).to_have_text("New room")
    page.keyboard.press("Escape")
    # the focus leaves the field of the closed dialog some milliseconds later
    page.wait_for_function("document.activeElement === document.body")
    for key in ("p", "s", "e", "r"):
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(f"**{GO[key]}")
    # too late, and not a place
    page.keyboard.press("g")
    page.wait_for_timeout(1600)
    page.keyboard.press("p")
    page.keyboard.press("g")
    page.keyboard.press("z")
    assert page.url.endswith("/rooms")


def test_none_of_them_while_typing_and_none_if_turned_off(open_page: OpenPage, part: str) -> None:
    page = open_page(f"/rooms?q={part}", fresh=True)
    page.get_by_role("searchbox").press("End")
    page.get_by_role("searchbox").press_sequentially("njxgp")
    expect(page.get_by_role("searchbox")).to_have_value(f"{part}njxgp")
    expect(page.locator("dialog")).to_be_hidden()
    page.goto("/keys")
    page.get_by_role("button", name="Single-key shortcuts: on").click()
    page.goto(f"/rooms?q={part}")
    for key in ("j", "x", "n", "g", "p"):
        page.keyboard.press(key)
    expect(page.locator("dialog")).to_be_hidden()
    assert page.evaluate("document.activeElement === document.body")
    assert page.url.endswith(f"/rooms?q={part}")


def test_the_focused_row_is_not_behind_the_head(
    open_page: OpenPage, part: str, make_room: Callable[..., str]
) -> None:
    for number in range(20):
        make_room(f"{part}-more-{number:02}")
    page = open_page(f"/rooms?q={part}&sort=name", viewport=NARROW | {"height": 500})
    for _ in range(23):
        page.keyboard.press("j")
    for _ in range(12):
        page.keyboard.press("k")
        seen = page.evaluate("""() => {
          const box = document.activeElement.getBoundingClientRect();
          const top = document.elementFromPoint(box.left + 4, box.top + box.height / 2);
          return document.activeElement.contains(top);
        }""")
        assert seen


def test_help_lists_them(open_page: OpenPage) -> None:
    page = open_page("/keys")
    keys = page.locator("dl.keys").first
    for text in ("next or previous row", "Go to Rooms", "Go to Dispatch rules"):
        expect(keys.get_by_text(text)).to_be_visible()
