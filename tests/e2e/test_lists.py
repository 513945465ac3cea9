"""Lists: columns, density and page size are remembered, the head stays, and pages are reached."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from dev.workers import Standin
from tests.e2e.conftest import NARROW, WIDE, OpenPage
from tests.e2e.jobs import begin
from tests.e2e.polls import mark, never_reloaded, next_poll

HUGE = {"width": 1920, "height": 900}
TOP = "e => Math.round(e.getBoundingClientRect().top)"


@pytest.fixture
def part(make_room: Callable[..., str]) -> str:
    """A text that five rooms have in their names."""
    part = f"list-{secrets.token_hex(4)}"
    for letter in "abcde":
        make_room(f"{part}-{letter}", metadata=f"of {letter}")
    return part


def columns(page: Page) -> list[str]:
    """Return the heads that are visible, those with a label."""
    heads = page.locator("thead th").filter(visible=True).all_inner_texts()
    return [text.strip() for text in heads if text.strip() not in {"", "Actions"}]


def test_columns_and_density_apply_immediately_and_are_remembered(
    open_page: OpenPage, part: str
) -> None:
    page = open_page(f"/rooms?q={part}", fresh=True)
    mark(page)
    assert columns(page) == ["Name", "Participants", "Publishers", "Created", "Metadata"]
    height = page.locator("tbody tr").first.bounding_box()
    page.get_by_label("Columns and density").click()
    page.get_by_role("checkbox", name="Publishers", exact=True).uncheck()
    expect(page.get_by_role("columnheader", name="Publishers")).to_be_hidden()
    page.get_by_role("checkbox", name="Metadata", exact=True).uncheck()
    expect(page.get_by_role("columnheader", name="Metadata")).to_be_hidden()
    page.get_by_role("checkbox", name="Compact rows").check()
    expect(page.locator("table.compact")).to_be_visible()
    # the menu stays open for the next choice
    expect(page.get_by_role("checkbox", name="Created", exact=True)).to_be_visible()
    dense = page.locator("tbody tr").first.bounding_box()
    assert height
    assert dense
    assert dense["height"] < height["height"]
    never_reloaded(page)
    page.reload()
    assert columns(page) == ["Name", "Participants", "Created"]
    next_poll(page)
    assert columns(page) == ["Name", "Participants", "Created"]
    other = page.context.new_page()
    other.goto("/rooms")
    assert columns(other) == ["Name", "Participants", "Created"]
    other.goto("/participants")
    assert columns(other)[:2] == ["Name", "Identity"] or other.get_by_text("No participants")


def test_the_page_size_is_remembered_and_leaves_the_address(open_page: OpenPage, part: str) -> None:
    page = open_page(f"/rooms?q={part}&per_page=2", fresh=True)
    pages = page.get_by_role("navigation", name="Pages", exact=True)
    pages.get_by_text("2 per page").click()
    pages.get_by_role("button", name="25 per page").click()
    expect(page.locator("tbody tr")).to_have_count(5)
    assert page.url.endswith(f"/rooms?q={part}")
    page.goto("/rooms")
    expect(page.get_by_role("navigation", name="Pages", exact=True)).to_contain_text("25 per page")


def test_both_ends_lead_to_any_page(open_page: OpenPage, part: str) -> None:
    page = open_page(f"/rooms?q={part}&per_page=1&sort=name")
    for name in ("Pages, above the list", "Pages"):
        pages = page.get_by_role("navigation", name=name, exact=True)
        pages.get_by_role("link", name="Last page").click()
        expect(page.get_by_role("link", name=f"{part}-e")).to_be_visible()
        pages.get_by_label("Go to page").fill("3")
        pages.get_by_label("Go to page").press("Enter")
        expect(page.get_by_role("link", name=f"{part}-c")).to_be_visible()
        pages.get_by_role("link", name="First page").click()
        expect(page.get_by_role("link", name=f"{part}-a")).to_be_visible()


@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_head_stays_in_view(open_page: OpenPage, part: str, width: dict[str, int]) -> None:
    page = open_page(f"/rooms?q={part}", viewport=width | {"height": 300})
    head = page.locator("thead th").nth(1)
    below = page.locator(".topbar").evaluate("e => e.getBoundingClientRect().bottom")
    page.locator("tbody tr").last.evaluate("e => scrollTo(0, e.offsetTop + 200)")
    last = page.locator("tbody tr").last.evaluate(TOP)
    assert abs(head.evaluate(TOP) - below) <= 1, last
    # it covers the rows, and not the menus
    box = head.bounding_box()
    assert box
    point = [box["x"] + 5, box["y"] + 5]
    over = page.evaluate(
        "([x, y]) => document.elementFromPoint(x, y).closest('th') !== null", point
    )
    assert over


# what is in view at the right end of a name, and at its left: the name itself, or its end over it
OVER = """(link) => {
  const box = link.getBoundingClientRect();
  return [box.right - 4, box.left + 4].map(
    (x) => document.elementFromPoint(x, box.top + box.height / 2).localName,
  );
}"""
COPIED = """(link) => {
  getSelection().selectAllChildren(link);
  return getSelection().toString();
}"""


def test_a_long_name_is_cut_in_its_middle_and_stays_whole(
    open_page: OpenPage, make_room: Callable[..., str]
) -> None:
    part = f"cut-{secrets.token_hex(4)}"
    latin = make_room(f"{part} standup of the team  that has many rooms number 12")
    hebrew = make_room(f"פגישה של הצוות עם כל המהנדסים {part} והחברים")
    for width, sides in ((HUGE, ["bdi", "bdi"]), (NARROW, ["a", "bdi"])):
        page = open_page(f"/rooms?q={part}", viewport=width)
        link = page.get_by_role("link", name=latin, exact=True)
        assert link.evaluate(OVER) == sides
        assert link.evaluate(COPIED) == latin
        box = link.bounding_box()
        assert box
        assert box["height"] == 24
        # a name that is read from the right loses nothing at its right
        other = page.get_by_role("link", name=hebrew, exact=True)
        assert other.evaluate(OVER) == sides[::-1]
        assert other.evaluate(COPIED) == hebrew


def test_names_of_rooms_and_of_files_are_cut_in_their_middle(
    open_page: OpenPage, make_room: Callable[..., str], livekit: Callable[..., Any]
) -> None:
    room = make_room(f"support-call-of-the-evening-{secrets.token_hex(4)}")  # cut in any column
    page = open_page("/?rooms=newest", viewport=NARROW)
    link = page.get_by_role("link", name=room, exact=True)
    link.scroll_into_view_if_needed()
    assert link.evaluate(OVER) == ["a", "bdi"]
    job = begin(livekit, room)
    page = open_page(f"/egress?room={room}", viewport={"width": 720, "height": 900})
    file = page.locator(f"#{job} .output > [data-end]")
    assert file.evaluate(OVER) == ["span", "bdi"]
    assert file.evaluate(COPIED).endswith(".mp4")


def test_columns_stay_while_there_is_room(
    open_page: OpenPage, part: str, room: str, livekit: Callable[..., Any], standin: Standin
) -> None:
    page = open_page(f"/rooms?q={part}", viewport={"width": 720, "height": 900})
    assert columns(page) == ["Name", "Participants", "Publishers", "Created"]
    job = begin(livekit, room)
    page.goto(f"/egress?room={room}")
    assert columns(page) == ["Status", "Job", "Started", "Duration", "Outputs"]
    row = page.locator(f"#{job}")
    expect(row.get_by_text(room, exact=True).filter(visible=True).first).to_be_visible()
    expect(row.get_by_role("link", name=f"Stop {job}…")).to_be_visible()
    page.set_viewport_size({"width": 1160, "height": 900})
    assert columns(page) == ["Status", "Job", "Room", "Started", "Duration", "Outputs"]
    page.set_viewport_size(NARROW)
    assert columns(page) == ["Status", "Job"]
    expect(row.get_by_text(room, exact=True).filter(visible=True).first).to_be_visible()


def test_without_javascript(open_page: OpenPage, part: str) -> None:
    page = open_page(f"/rooms?q={part}&sort=-name", java_script_enabled=False)
    page.get_by_label("Columns and density").click()
    page.get_by_role("checkbox", name="Metadata", exact=True).uncheck()
    page.get_by_role("button", name="Apply").last.click()
    assert page.url.endswith(f"/rooms?q={part}&sort=-name")
    assert columns(page) == ["Name", "Participants", "Publishers", "Created"]
    page.locator("#per-page > summary").click()
    page.get_by_role("button", name="100 per page").click()
    expect(page.locator("#per-page > summary")).to_have_text("100 per page")
    assert columns(page) == ["Name", "Participants", "Publishers", "Created"]
