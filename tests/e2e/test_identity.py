"""Which dashboard this is: its name and color, on a desk, on a phone, and before a deletion."""

from collections.abc import Callable
from typing import Any, get_args

import pytest
from playwright.sync_api import Page, expect

from app.config.settings import Settings
from app.text.paths import room_path
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.e2e.people import act
from tests.support.dashboard import Dashboard

NAME = "Production EU, of forty characters: wide"
PHONE = {"width": 390, "height": 844}
Start = Callable[..., Dashboard]
kind, _ = get_args(Settings.model_fields["dashboard_color"].annotation)
COLORS = get_args(kind)


@pytest.fixture(scope="module")
def named(start_dashboard: Start) -> Dashboard:
    """A dashboard with the longest name, and a color."""
    return start_dashboard(dashboard_name=NAME, dashboard_color="violet", refresh_seconds=1)


def style(page: Page, selector: str, name: str) -> Any:
    """Return one computed style of the first element."""
    read = "(e, name) => getComputedStyle(e)[name]"
    return page.locator(selector).first.evaluate(read, name)


@pytest.mark.parametrize(
    "size", [{"width": 1440, "height": 900}, PHONE, {"width": 320, "height": 640}]
)
def test_the_top_bar_shows_name_and_color(
    open_page: OpenPage, named: Dashboard, size: dict[str, int]
) -> None:
    page = open_page("/rooms", at=named.url, viewport=size)
    name, square = page.locator(".identity .name"), page.locator(".identity .swatch")
    expect(name).to_be_in_viewport()
    expect(square).to_be_in_viewport(ratio=1)
    box = name.bounding_box()
    assert box
    assert box["width"] > (100 if size["width"] >= 390 else 30)
    violet = style(page, ".swatch", "backgroundColor")
    assert violet == "rgb(123, 75, 184)"
    assert style(page, ".topbar", "borderTopColor") == violet
    assert style(page, ".topbar", "borderTopWidth") == "3px"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    end = page.locator(".topbar > .end").bounding_box()
    assert end
    assert box["x"] + box["width"] <= end["x"]
    assert end["x"] + end["width"] <= size["width"]
    page.emulate_media(color_scheme="dark")
    expect(square).to_have_css("background-color", "rgb(169, 129, 236)")


def test_every_color_is_drawn_and_none_is_like_another(
    open_page: OpenPage, start_dashboard: Start
) -> None:
    assert len(COLORS) == 6
    seen = set()
    for color in COLORS:
        at = start_dashboard(dashboard_color=color).url
        seen.add(style(open_page("/keys", at=at), ".topbar", "borderTopColor"))
    assert len(seen) == 6


def test_the_dialog_that_deletes_names_it(open_page: OpenPage, named: Dashboard, room: str) -> None:
    page = open_page(room_path(room), at=named.url)
    act(page, "Delete room…")
    button = page.get_by_role("button", name="Delete room")
    expect(button).to_have_accessible_description(f"on {NAME}")
    expect(page.locator("dialog .acts-on")).to_be_in_viewport(ratio=1)
    assert problems_everywhere(page) == {}


def test_the_title_keeps_it_when_the_page_changes(
    open_page: OpenPage, named: Dashboard, make_room: Callable[..., str]
) -> None:
    page = open_page("/rooms", at=named.url)
    expect(page).to_have_title(f"Rooms · {NAME} · LiveKit Dashboard")
    page.evaluate("document.title = 'changed'")
    make_room()
    expect(page).to_have_title(f"Rooms · {NAME} · LiveKit Dashboard")
