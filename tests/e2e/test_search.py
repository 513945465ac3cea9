"""The search and the keys: by the keyboard alone, in the dialog, as a page, without scripts."""

import secrets
from collections.abc import Callable

from playwright.sync_api import Page, expect

from app.text.formatters import visible
from app.text.paths import room_path
from tests.e2e.axe import problems, problems_everywhere
from tests.e2e.conftest import NARROW, OpenPage, Stage
from tests.e2e.test_hostile_names import HOSTILE
from tests.support.dashboard import Dashboard

FIELD = "[data-search] input[name=q]"


def opened(page: Page, key: str = "Control+k") -> None:
    """Press a key, and wait for the search in the dialog."""
    page.keyboard.press(key)
    expect(page.locator(f"dialog {FIELD}")).to_be_focused()


def found(page: Page, q: str) -> None:
    """Type, and wait for the results of that."""
    page.keyboard.type(q)
    expect(page.locator("#found")).to_have_attribute("data-q", q)


def test_a_room_is_found_and_opened_by_the_keyboard(
    page: Page, make_room: Callable[..., str]
) -> None:
    part = secrets.token_hex(4)
    for ending in "abc":
        make_room(f"{part}-{ending}")
    page.goto("/")
    opened(page, "/")
    found(page, part)
    hits = page.locator("[data-hit]")
    expect(hits).to_have_count(3)
    expect(page.locator("#found-note")).to_have_text("3 found.")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(hits.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator(FIELD)).to_be_focused()
    for _ in range(5):  # the last one is the end
        page.keyboard.press("ArrowDown")
    expect(hits.nth(2)).to_be_focused()
    page.keyboard.press("-")  # typing continues in the field
    expect(page.locator(FIELD)).to_have_value(f"{part}-")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{room_path(part)}-a")


def test_enter_opens_the_first_of_what_is_typed_not_of_what_was(page: Page, room: str) -> None:
    page.goto("/egress")
    opened(page)
    page.keyboard.type(room)
    page.keyboard.press("Enter")  # before the results are there
    page.wait_for_url(f"**{room_path(room)}")


def test_an_action_opens_in_the_dialog(page: Page) -> None:
    page.goto("/egress")
    opened(page)
    found(page, "create room")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    expect(page.locator("#dialog-title")).to_have_text("New room")


def test_escape_closes_at_once_and_gives_the_focus_back(page: Page) -> None:
    page.goto("/rooms")
    filter_ = page.get_by_label("Filter by name or SID")
    link = page.get_by_role("link", name="New room").first
    link.focus()
    opened(page)
    found(page, "x")
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()
    expect(link).to_be_focused()
    filter_.focus()
    for key in ("/", "?"):
        page.keyboard.press(key)
    page.keyboard.press("Control+k")
    expect(filter_).to_have_value("/?")
    expect(page.locator("dialog")).to_be_hidden()


def test_no_key_does_anything_in_an_open_dialog(page: Page) -> None:
    page.goto("/rooms")
    page.keyboard.press("?")
    expect(page.locator("#dialog-title")).to_have_text("Help")
    for key in ("/", "?", "Control+k"):
        page.keyboard.press(key)
    expect(page.locator("#dialog-title")).to_have_text("Help")
    expect(page.locator(f"dialog {FIELD}")).to_have_count(0)


def test_single_keys_can_be_switched_off_and_it_is_remembered(page: Page) -> None:
    page.goto("/rooms")
    page.keyboard.press("?")
    toggle = page.get_by_role("button", name="Single-key shortcuts: on")
    toggle.click()
    expect(page.get_by_role("button", name="Single-key shortcuts: off")).to_be_visible()
    page.keyboard.press("Escape")
    for _ in range(2):
        page.keyboard.press("/")
        page.keyboard.press("?")
        expect(page.locator("dialog")).to_be_hidden()
        opened(page)  # no single key: it stays
        page.keyboard.press("Escape")
        page.reload()
    page.goto("/keys")
    page.get_by_role("button", name="Single-key shortcuts: off").click()
    opened(page, "/")


def test_the_page_itself_follows_the_typing(page: Page, room: str) -> None:
    page.goto("/search")
    expect(page.locator(FIELD)).to_be_focused()
    found(page, room)
    page.wait_for_url(f"**/search?q={room}")
    page.locator("body").press("Tab")
    page.get_by_role("link", name="Search", exact=True).click()
    expect(page.locator(FIELD)).to_have_count(1)  # never a second one over it
    page.goto(f"/search?q={room}")
    page.locator("main h1").evaluate("h1 => (h1.tabIndex = -1, h1.focus())")
    page.keyboard.press("Control+k")
    expect(page.locator(FIELD)).to_be_focused()
    expect(page.locator("dialog")).to_be_hidden()


def test_without_scripts_it_is_a_form(open_page: OpenPage, room: str) -> None:
    page = open_page("/", java_script_enabled=False)
    page.get_by_role("link", name="Search", exact=True).click()
    page.locator(FIELD).fill(room)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=room).click()
    expect(page.locator("h1")).to_have_text(room)
    page.get_by_role("link", name="Help", exact=True).click()
    expect(page.get_by_text("Shortcuts need JavaScript.")).to_be_visible()


def test_hostile_names_are_shown_and_run_nothing(
    open_page: OpenPage, make_room: Callable[..., str]
) -> None:
    for name in HOSTILE.values():
        make_room(name)
    page = open_page("/", viewport=NARROW)
    opened(page)
    for name in HOSTILE.values():
        page.locator(FIELD).fill(name)
        expect(page.locator("#found")).to_have_attribute("data-q", name)
        hit = page.locator(f'[data-hit][href="{room_path(name)}"] bdi').first  # not its old jobs
        assert hit.evaluate("bdi => bdi.textContent") == visible(name)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("window.ran") is None


def test_axe_finds_nothing(open_page: OpenPage, stage: Stage, cut_off: Dashboard) -> None:
    page = open_page()
    page.goto(f"/search?q={stage.room[:5]}")
    assert problems_everywhere(page) == {}
    page.goto("/settings")
    page.locator("#report-text summary").click()
    assert problems_everywhere(page) == {}
    page.goto("/keys")
    assert problems(page) == []
    opened(page)
    found(page, stage.room[:5])
    assert problems(page) == []
    for path in ("/settings", "/search?q=a"):
        page = open_page(path, at=cut_off.url)
        assert problems(page) == [], path


def test_the_top_bar_fits_when_narrow(open_page: OpenPage, read_only: Dashboard) -> None:
    page = open_page("/", at=read_only.url, viewport=NARROW)
    page.locator("[data-refresh-toggle]").click()
    for path in ("/", "/settings"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        for part in page.locator(".topbar > *, .topbar .end > *").all():
            box = part.bounding_box()
            assert box is None or box["x"] + box["width"] <= 360, part.inner_html()


def test_recent_pages_come_first_until_something_is_typed(
    open_page: OpenPage, make_room: Callable[..., str]
) -> None:
    page = open_page(fresh=True)
    name = f"{secrets.token_hex(4)} <b>\u202e&"
    for room in (f"{secrets.token_hex(4)}-first", name):
        page.goto(room_path(make_room(room)))
    page.goto("/rooms")
    opened(page)
    recent = page.get_by_role("region", name="Recent")
    expect(recent.get_by_role("link")).to_have_count(2)
    expect(recent.locator("bdi.cut").first).to_have_text(visible(name))
    assert problems_everywhere(page) == {}
    found(page, "settings")
    expect(recent).to_have_count(0)
    page.locator(FIELD).fill("")
    expect(recent.get_by_role("link")).to_have_count(2)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{room_path(name)}")
    page.goto("/search")
    expect(recent.get_by_role("link").first).to_contain_text(visible(name))
    page.get_by_role("link", name="Sign out").click()
    page.wait_for_url("**/logout")
    page.goto("/search")
    expect(page.locator("[data-hit]").first).to_be_visible()
    expect(recent).to_have_count(0)
