"""No refresh moves a row while the pointer or the keyboard focus is in its table."""

import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from app.text.paths import room_path
from tests.e2e.conftest import Join, OpenPage
from tests.e2e.people import row
from tests.e2e.polls import mark, never_reloaded
from tests.support.dashboard import Dashboard

Rooms = Callable[[str], str]
NAMES = "tbody > tr > td.name a"


@pytest.fixture
def rooms(make_room: Callable[..., str]) -> Rooms:
    """Make a room of this test's own, named by its ending."""
    part = f"holds-{secrets.token_hex(4)}"
    return lambda end: make_room(f"{part}-{end}")


def listed(open_page: OpenPage, quick: Dashboard, one: str) -> tuple[Page, Locator]:
    """Open the list of this test's rooms, newest first, and return it with their names."""
    page = open_page(f"/rooms?q={one[:-2]}&sort=-created", at=quick.url)
    mark(page)
    return page, page.locator(NAMES)


def top(found: Locator) -> float:
    """Return where something begins on the page, in pixels from the top."""
    box = found.bounding_box()
    assert box
    return box["y"]


def leave(page: Page) -> None:
    """Move the pointer out of the table."""
    page.get_by_role("heading", level=1).hover()


def test_new_rows_come_last_until_the_pointer_leaves(
    open_page: OpenPage, quick: Dashboard, rooms: Rooms
) -> None:
    one, two = rooms("1"), rooms("2")
    page, names = listed(open_page, quick, one)
    expect(names).to_have_text([two, one])
    page.get_by_role("row", name=one).hover()
    place = top(page.get_by_role("row", name=one))
    three = rooms("3")
    expect(names).to_have_text([two, one, three])
    four = rooms("4")
    expect(names).to_have_text([two, one, three, four])
    assert top(page.get_by_role("row", name=one)) == place
    held = page.locator("tbody[data-js-held]")
    expect(held).to_have_count(1)
    leave(page)
    expect(names).to_have_text([four, three, two, one])
    expect(held).to_have_count(0)
    five = rooms("5")
    expect(names).to_have_text([five, four, three, two, one])
    never_reloaded(page)


def test_a_row_that_is_gone_stays_marked_until_the_pointer_leaves(
    open_page: OpenPage, quick: Dashboard, room: str, join: Join
) -> None:
    ada, bob = join(room, "ada"), join(room, "bob")
    page = open_page(room_path(room), at=quick.url)
    row(page, "bob").hover()
    place = top(row(page, "bob"))
    ada.leave()
    gone = page.locator("tr[data-gone]")
    expect(gone).to_have_count(1)
    expect(gone).to_have_attribute("id", ada.sid)
    assert top(row(page, "bob")) == place
    expect(page.get_by_text("Participants 1", exact=False).first).to_be_visible()
    leave(page)
    expect(gone).to_have_count(0)
    expect(page.locator("tr[id^=PA_]")).to_have_count(1)
    assert bob.connected


def test_what_a_row_shows_is_fresh_while_its_place_is_held(
    open_page: OpenPage, quick: Dashboard, room: str, join: Join
) -> None:
    ada = join(room, "ada")
    join(room, "bob", audio=True)
    page = open_page(f"{room_path(room)}?sort=-tracks", at=quick.url)
    names = page.locator(NAMES)
    expect(names).to_have_text(["bob", "ada"])
    row(page, "bob").hover()
    ada.publish("microphone")
    ada.publish("camera")
    expect(row(page, "ada").locator(".kinds svg")).to_have_count(2)
    expect(names).to_have_text(["bob", "ada"])
    leave(page)
    expect(names).to_have_text(["ada", "bob"])


def test_the_keyboard_focus_holds_the_order_too(
    open_page: OpenPage, quick: Dashboard, rooms: Rooms
) -> None:
    one, two = rooms("1"), rooms("2")
    page, names = listed(open_page, quick, one)
    box = page.get_by_label(f"Select {two}")
    page.locator("[data-select-all]").focus()
    while not box.evaluate("box => box === document.activeElement"):
        page.keyboard.press("Tab")
    three = rooms("3")
    expect(names).to_have_text([two, one, three])
    expect(box).to_be_focused()
    page.get_by_role("searchbox").focus()
    expect(names).to_have_text([three, two, one])


def test_a_filter_an_order_and_an_expanded_row_are_not_held(
    open_page: OpenPage, quick: Dashboard, room: str, join: Join
) -> None:
    for who in ("guest 2", "guest 10", "host"):
        join(room, who, audio=who == "host")
    page = open_page(room_path(room), at=quick.url)
    names = page.locator(NAMES)
    expect(names).to_have_text(["guest 2", "guest 10", "host"])
    row(page, "guest 10").get_by_role("link", name="Details of").click()
    expect(page.locator("tbody > tr").nth(2)).to_have_class("opened")
    page.get_by_role("searchbox").press_sequentially("guest")
    row(page, "guest 2").hover()
    expect(names).to_have_text(["guest 2", "guest 10"])
    expect(page.locator("tr[data-gone]")).to_have_count(0)
