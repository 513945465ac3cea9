"""What a person is in the middle of survives refreshes that bring something else."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.text.paths import room_path
from tests.e2e.conftest import Join, OpenPage
from tests.e2e.people import expanded, row
from tests.e2e.polls import mark, never_reloaded
from tests.support.dashboard import Dashboard

SELECTED = "getSelection().toString()"
CARET = "[document.activeElement.selectionStart, document.activeElement.selectionEnd]"
Rooms = Callable[[str], str]


@pytest.fixture
def rooms(make_room: Callable[..., str]) -> Rooms:
    """Make a room of this test's own, named by its ending; begin with `a`."""
    part = f"keeps-{secrets.token_hex(4)}"
    return lambda end: make_room(f"{part}-{end}")


def several_changes(page: Page, rooms: Rooms, first: str = "n1") -> None:
    """Let the list change twice, each time in a refresh of its own."""
    for end in (first, first + "x"):
        name = rooms(end)
        expect(page.get_by_role("row", name=name)).to_be_visible()


def listed(open_page: OpenPage, quick: Dashboard, one: str, order: str = "-created") -> Page:
    """Open the list of this test's rooms, newest first, so that each change moves all rows."""
    page = open_page(f"/rooms?q={one[:-2]}&sort={order}", at=quick.url)
    mark(page)
    return page


def test_typed_text_focus_and_caret(open_page: OpenPage, quick: Dashboard, rooms: Rooms) -> None:
    page = listed(open_page, quick, rooms("a"))
    box = page.get_by_role("searchbox")
    typed = box.input_value()
    for key in ("End", "-", "ArrowLeft", "ArrowLeft", "Shift+ArrowLeft"):
        box.press(key)
    caret = page.evaluate(CARET)
    assert caret[1] - caret[0] == 1
    several_changes(page, rooms)
    expect(box).to_be_focused()
    assert box.input_value() == f"{typed}-"
    assert page.evaluate(CARET) == caret
    never_reloaded(page)


def test_selected_text(open_page: OpenPage, quick: Dashboard, rooms: Rooms) -> None:
    name = rooms("a")
    page = listed(open_page, quick, name)
    page.get_by_role("row", name=name).locator("bdi").first.select_text()
    assert page.evaluate(SELECTED) == name
    several_changes(page, rooms)
    assert page.evaluate(SELECTED) == name


def test_ticked_rows_stay_ticked_when_others_come_between(
    open_page: OpenPage, quick: Dashboard, rooms: Rooms
) -> None:
    names = [rooms(end) for end in "abc"]
    page = listed(open_page, quick, names[0])
    page.get_by_label(f"Select {names[0]}").check()
    page.get_by_label(f"Select {names[2]}").check()
    several_changes(page, rooms)
    assert ticked(page) == {names[0], names[2]}
    expect(page.locator("[data-selected-count]")).to_have_text("2 selected")
    expect(page.locator("[data-select-all]")).to_have_js_property("indeterminate", True)


def test_ticked_rows_stay_ticked_when_they_change_places(
    open_page: OpenPage, quick: Dashboard, rooms: Rooms, join: Join
) -> None:
    names = [rooms(end) for end in "abc"]
    page = listed(open_page, quick, names[0], "-participants")
    page.get_by_label(f"Select {names[1]}").check()
    page.get_by_role("searchbox", name="Filter by name").focus()  # else the order is held
    page.mouse.move(0, 0)
    join(names[2], "ada")
    expect(page.locator("tbody td.name").first).to_have_text(names[2])
    assert ticked(page) == {names[1]}


def ticked(page: Page) -> set[str]:
    """Return the names of the rows that are ticked."""
    boxes = page.locator("[data-select]:checked").all()
    return {str(box.get_attribute("value")) for box in boxes}


def test_an_open_menu_and_the_focus_in_it(
    open_page: OpenPage, quick: Dashboard, rooms: Rooms
) -> None:
    name = rooms("a")
    page = listed(open_page, quick, name)
    page.get_by_role("row", name=name).locator("details.menu > summary").click()
    page.keyboard.press("Tab")
    item = page.get_by_role("row", name=name).get_by_role("link", name="Edit metadata")
    expect(item).to_be_focused()
    several_changes(page, rooms)
    expect(item).to_be_visible()
    expect(item).to_be_focused()


def test_an_expanded_row(open_page: OpenPage, quick: Dashboard, room: str, join: Join) -> None:
    join(room, "ada", attributes={"seat": "7"})
    page = open_page(room_path(room), at=quick.url)
    mark(page)
    seat = expanded(page, "ada").get_by_text("seat")
    expect(seat).to_be_visible()
    for identity in ("aaron", "bob"):
        join(room, identity)
        expect(row(page, identity)).to_be_visible()
    expect(seat).to_be_visible()
    expect(page.locator("tr.opened")).to_have_count(1)
    never_reloaded(page)
    page.reload()
    expect(seat).to_be_visible()
    page.get_by_role("link", name="Details of ada").click()
    expect(seat).to_be_hidden()
    expect(page).to_have_url(f"{quick.url}{room_path(room)}")


def test_the_scrolled_place(open_page: OpenPage, quick: Dashboard, rooms: Rooms) -> None:
    names = [rooms(f"{number:02}") for number in range(30)]
    page = listed(open_page, quick, names[0][:-1], "name")
    page.get_by_role("row", name=names[20]).scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    assert before > 0
    several_changes(page, rooms, "zz")
    assert page.evaluate("scrollY") == before


def test_a_dialog_and_what_is_typed_in_it(
    open_page: OpenPage, quick: Dashboard, rooms: Rooms
) -> None:
    page = listed(open_page, quick, rooms("a"))
    page.set_viewport_size({"width": 800, "height": 480})
    page.locator(".page-head").get_by_role("link", name="New room").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name").fill("half typ")
    dialog.get_by_text("Advanced").click()
    dialog.get_by_role("checkbox", name="Sync audio and video").check()
    node = dialog.get_by_role("textbox", name="Node")
    node.press_sequentially("ND_1")
    node.press("ArrowLeft")
    caret = page.evaluate(CARET)
    scrolled = dialog.evaluate("dialog => dialog.scrollTop")
    assert scrolled > 0
    for end in ("b", "c"):
        name = rooms(end)
        expect(page.locator(f"tbody bdi:text-is('{name}')")).to_be_attached()
    expect(dialog.get_by_role("textbox", name="Name")).to_have_value("half typ")
    expect(dialog.get_by_role("checkbox", name="Sync audio and video")).to_be_checked()
    expect(node).to_be_focused()
    assert page.evaluate(CARET) == caret
    assert dialog.evaluate("dialog => dialog.scrollTop") == scrolled


def test_the_pressed_button_of_a_participant(
    open_page: OpenPage, quick: Dashboard, room: str, join: Join
) -> None:
    ada = join(room, "ada", audio=True)
    page = open_page(f"{room_path(room)}?open={ada.sid}", at=quick.url)
    mute: Any = page.get_by_role("button", name="Mute", exact=True)
    mute.focus()
    join(room, "aaron", audio=True)
    expect(row(page, "aaron")).to_be_visible()
    expect(mute).to_be_focused()
