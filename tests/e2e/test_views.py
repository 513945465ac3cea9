"""Saved views of a list: named addresses that the browser keeps."""

import json
import secrets
from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import TAGS, problems
from tests.e2e.conftest import OpenPage
from tests.e2e.polls import next_poll
from tests.support.dashboard import Dashboard

HOSTILE = '"><img src=x onerror="window.ran = 1"> & <b>'


@pytest.fixture
def part(make_room: Callable[..., str]) -> str:
    """A text that three rooms have in their names."""
    part = f"view-{secrets.token_hex(4)}"
    for letter in "abc":
        make_room(f"{part}-{letter}")
    return part


def menu(page: Page) -> Locator:
    """Open the menu of saved views."""
    page.get_by_label("Saved views").click()
    return page.locator("[data-views] .menu-items")


def save(page: Page, name: str) -> None:
    """Save what the page shows."""
    menu(page).get_by_label("Name of the view").fill(name)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Saved the view {name} in this browser.")).to_be_visible()


def test_saved_opened_and_deleted(open_page: OpenPage, part: str) -> None:
    page = open_page(f"/rooms?q={part}&people=empty&sort=-name&per_page=2&page=2", fresh=True)
    expect(page.locator("tbody tr")).to_have_count(1)
    save(page, "Two of them")
    page.get_by_role("searchbox").fill(f"{part}-b")
    expect(page.get_by_role("link", name=f"{part}-b")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)
    save(page, "Only b")
    next_poll(page)
    page.goto("/rooms")
    links = menu(page).get_by_role("link")
    expect(links).to_have_text(["Only b", "Two of them"])
    links.nth(1).click()
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute(
        "aria-sort", "descending"
    )
    expect(page.get_by_role("searchbox")).to_have_value(part)
    current = menu(page).locator("[aria-current]")
    expect(current).to_have_text("Two of them")
    page.get_by_role("button", name="Delete the view Two of them").click()
    expect(menu(page).get_by_role("link")).to_have_text(["Only b"])
    # each list has its own
    page.goto("/participants")
    expect(menu(page).get_by_role("link")).to_have_count(0)


def test_the_menu_survives_a_refresh_while_a_name_is_typed(
    open_page: OpenPage, quick: Dashboard, part: str, make_room: Callable[..., str]
) -> None:
    page = open_page(f"/rooms?q={part}", at=quick.url, fresh=True)
    field = menu(page).get_by_label("Name of the view")
    field.press_sequentially("half a na")
    make_room(f"{part}-d")
    expect(page.get_by_role("link", name=f"{part}-d")).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_value("half a na")
    field.press_sequentially("me")
    field.press("Enter")
    expect(menu(page).get_by_role("link")).to_have_text(["half a name"])


def test_names_and_storage_are_only_text(open_page: OpenPage, part: str) -> None:
    page = open_page(f"/rooms?q={part}", fresh=True)
    save(page, HOSTILE)
    page.reload()
    link = menu(page).get_by_role("link")
    expect(link).to_have_text(HOSTILE)
    assert page.evaluate("window.ran") is None
    link.click()
    expect(page.locator("tbody tr")).to_have_count(3)
    # somebody else's script, an older version, or a full disk wrote this
    for text in ("{", "null", "7", '{"a": 1}', json.dumps([1, None, ["a"], [1, 2]])):
        page.evaluate("text => localStorage.setItem('views /rooms', text)", text)
        page.reload()
        expect(menu(page).get_by_role("link")).to_have_count(0)
    page.evaluate(
        "text => localStorage.setItem('views /rooms', text)",
        json.dumps([["away", "javascript:alert(1)//https://evil.example"]]),
    )
    page.reload()
    href = menu(page).get_by_role("link").get_attribute("href")
    assert href
    assert href.startswith("/rooms?")


def test_axe_finds_nothing_in_the_menus(open_page: OpenPage, part: str) -> None:
    page = open_page(f"/rooms?q={part}&per_page=1", fresh=True)
    save(page, "a view with a rather long name, as long as it can be")
    rules = [tag for tag in TAGS if tag != "wcag22aa"]  # a menu covers a part of what is below it
    themes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for theme in themes:
        page.emulate_media(color_scheme=theme)
        page.reload()
        menu(page)
        assert problems(page, rules) == []
        page.get_by_label("Columns and density").click()
        expect(page.get_by_role("checkbox", name="Compact rows")).to_be_visible()
        assert problems(page, rules) == []


def test_below_a_base_path(
    open_page: OpenPage, start_dashboard: Callable[..., Dashboard], part: str
) -> None:
    at = start_dashboard(root_path="/ops").url
    page = open_page(f"/ops/rooms?q={part}", at=at, fresh=True)
    save(page, "mine")
    page.goto("/ops/rooms")
    menu(page).get_by_role("link", name="mine").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    assert page.evaluate("Object.keys(localStorage)") == ["views /ops/rooms"]


def test_without_javascript_there_is_no_menu(open_page: OpenPage) -> None:
    page = open_page("/rooms", java_script_enabled=False)
    expect(page.get_by_label("Columns and density")).to_be_visible()
    expect(page.get_by_label("Saved views")).to_be_hidden()
