"""Everything by the keyboard alone: what Tab reaches, and that one sees where it is."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.text.paths import participant_path, room_path
from tests.e2e.conftest import NARROW, WIDE, OpenPage, Stage

# Numbers what can be operated, in the order of the document.
NUMBER = """() => {
  const all = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const stops = [...document.querySelectorAll(all)].filter((e) => !e.disabled);
  const open = stops.filter((element) => element.checkVisibility());
  open.forEach((element, n) => element.dataset.stop = n);
  return open.map((element) => element.outerHTML.slice(0, 120));
}"""
# Which stop has the focus, whether that shows, and what hides its middle.
LOOK = """() => {
  const element = document.activeElement;
  if (!element?.dataset.stop) return null;
  const style = getComputedStyle(element);
  const clear = (colour) => colour === "transparent" || /, 0\\)$/.test(colour);
  const outline = style.outlineStyle !== "none" && !clear(style.outlineColor);
  const glow = element.matches(".form-control, .form-select") && style.boxShadow !== "none";
  const box = element.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const part = top && (element.contains(top) || top.contains(element) || top.closest("label"));
  return {
    stop: Number(element.dataset.stop),
    shows: outline || glow,
    hidden: part ? "" : `${top?.outerHTML.slice(0, 80)} is over ${element.outerHTML.slice(0, 80)}`,
  };
}"""
# From the last stop of a dialog the focus goes to the browser's own buttons, then round again.
INSIDE = "(e => e === document.body || e.closest('dialog') !== null)(document.activeElement)"


def walk(page: Page) -> tuple[list[str], list[dict[str, Any]]]:
    """Return what can be operated, and what Tab comes by on one way round the page."""
    stops = page.evaluate(NUMBER)
    seen: list[dict[str, Any]] = []
    # a focus that the page sets puts the way round somewhere else, with the browser's own between
    for _ in range(len(stops) + 3):
        page.keyboard.press("Tab")
        look = page.evaluate(LOOK)
        if look and look["stop"] in [one["stop"] for one in seen]:
            break
        seen += [look] if look else []
    return stops, seen


def check_walk(page: Page) -> None:
    """Check that Tab reaches all there is, in its order, and that each stop shows."""
    stops, seen = walk(page)
    first = seen[0]["stop"]
    order = [*range(first, len(stops)), *range(first)]
    assert [look["stop"] for look in seen] == order, stops
    assert [stops[look["stop"]] for look in seen if not look["shows"]] == []
    assert [look["hidden"] for look in seen if look["hidden"]] == []


@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
def test_tab_reaches_everything_in_order_and_it_shows(
    open_page: OpenPage, stage: Stage, make_room: Callable[..., str], width: Any
) -> None:
    for number in range(20):
        make_room(f"tab-{number:02}")
    page = open_page(viewport=width)
    for path in (
        "/",
        "/rooms?q=tab-",
        room_path(stage.room),
        "/rooms/-/new",
        participant_path(stage.room, "ada", "permissions"),
    ):
        page.goto(path)
        for summary in page.locator("details:not(.menu) > summary").all():
            summary.evaluate("summary => summary.parentElement.open = true")
        check_walk(page)


def test_the_skip_link_leads_to_the_content(page: Page, stage: Stage) -> None:
    page.goto(room_path(stage.room))
    skip = page.get_by_role("link", name="Skip to content")
    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    assert skip.bounding_box()["width"] > 50  # type: ignore[index]
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    breadcrumbs = page.get_by_role("navigation", name="Breadcrumbs")
    expect(breadcrumbs.get_by_role("link", name="Rooms")).to_be_focused()


def test_a_menu_opens_closes_and_gives_the_focus_back(page: Page, room: str) -> None:
    page.goto(f"/rooms?q={room}")
    summary = page.locator("tbody details.menu > summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Edit metadata")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Edit metadata")).to_be_hidden()
    expect(summary).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Edit metadata")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("link", name="Edit metadata")).to_be_hidden()


def test_a_dialog_takes_the_focus_keeps_it_and_gives_it_back(page: Page) -> None:
    page.goto("/rooms")
    opener = page.locator(".page-head").get_by_role("link", name="New room")
    opener.focus()
    page.keyboard.press("Enter")
    name = page.get_by_role("textbox", name="Name")
    expect(name).to_be_focused()
    stops = page.locator("dialog").locator("a, button, input, textarea, summary").count()
    for _ in range(stops + 2):
        page.keyboard.press("Tab")
        assert page.evaluate(INSIDE)
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_dialog_out_of_a_menu_gives_the_focus_back_to_the_menu(page: Page, room: str) -> None:
    page.goto(f"/rooms?q={room}")
    summary = page.locator("tbody details.menu > summary")
    summary.focus()
    for key in ("Enter", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("textbox", name="Metadata")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    expect(summary).to_be_focused()


def test_escape_asks_once_before_typed_text_is_lost(page: Page) -> None:
    page.goto("/rooms")
    page.get_by_role("link", name="New room").first.click()
    page.get_by_role("textbox", name="Name").press_sequentially("typed")
    page.keyboard.press("Escape")
    expect(page.locator("#dialog-note")).to_contain_text("Unsaved changes")
    expect(page.get_by_role("textbox", name="Name")).to_have_value("typed")
    page.mouse.click(5, 5)
    expect(page.get_by_role("textbox", name="Name")).to_have_value("typed")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()


def test_the_sidebar_of_a_narrow_page(open_page: OpenPage) -> None:
    page = open_page("/", viewport=NARROW)
    assert page.get_by_role("link", name="Rooms", exact=True).is_hidden()
    menu = page.get_by_role("button", name="Menu", exact=True)
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Rooms", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Rooms", exact=True)).to_be_hidden()
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Rooms", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rooms")
