"""Times in the browser's zone, in UTC, or in a named zone: remembered, and without scripts too."""

import re

from playwright.sync_api import Page, expect

from app.text.paths import room_path
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.support.dashboard import Dashboard

ABSOLUTE = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d "


def shown(page: Page, suffix: str) -> None:
    """Check that a page shows its times, text and title, in one zone."""
    exactly = page.locator("main time[data-when]").first
    expect(exactly).to_have_text(re.compile(ABSOLUTE + suffix))
    text = exactly.inner_text()
    relative = page.locator("main time[data-ago]").first
    expect(relative).to_have_attribute("title", text)


def choose(page: Page, zone: str) -> None:
    """Choose a zone in the dialog."""
    page.get_by_role("link", name="Time zone:").locator("visible=true").click()
    page.get_by_label("Show times in").select_option(zone)
    with page.expect_navigation():
        page.get_by_role("button", name="Use this time zone").click()


def test_local_time_is_the_browsers_own(open_page: OpenPage, room: str) -> None:
    page = open_page(room_path(room), timezone_id="Asia/Kathmandu")
    shown(page, r"GMT\+5:45")
    expect(page.get_by_role("link", name="Time zone: Local")).to_be_visible()


def test_a_zone_is_chosen_and_remembered(open_page: OpenPage, quick: Dashboard, room: str) -> None:
    page = open_page(room_path(room), at=quick.url, timezone_id="Asia/Kathmandu")
    choose(page, "UTC")
    shown(page, "UTC")
    choose(page, "America/New_York")
    assert page.url.endswith(room_path(room))
    shown(page, "E[SD]T")
    with page.expect_response(lambda answer: "partial=1" in answer.url):
        pass
    shown(page, "E[SD]T")
    page.goto("/settings")
    expect(page.get_by_role("link", name="Time zone: New York")).to_be_visible()
    page.goto(room_path(room))
    choose(page, "local")
    shown(page, r"GMT\+5:45")


def test_the_note_about_an_outage_is_in_it_too(open_page: OpenPage, quick: Dashboard) -> None:
    page = open_page("/rooms", at=quick.url, timezone_id="Asia/Kathmandu")
    choose(page, "UTC")
    clock = "async () => (await import(document.querySelector('script[src$=\"js/app.js\"]').src"
    clock += ".replace('app.js', 'shared/zone.js'))).clock(new Date())"
    now = str(page.evaluate("new Date().toISOString().slice(11, 16)"))
    assert str(page.evaluate(clock)).startswith(now)


def test_without_scripts(open_page: OpenPage, room: str) -> None:
    page = open_page(room_path(room), java_script_enabled=False)
    shown(page, "UTC")
    page.get_by_role("link", name="Time zone:").locator("visible=true").click()
    page.get_by_label("Show times in").select_option("Europe/Berlin")
    page.get_by_role("button", name="Use this time zone").click()
    expect(page.locator("h1")).to_have_text(room)
    shown(page, "CES?T")


def test_on_a_phone_it_is_in_the_menu(open_page: OpenPage, room: str) -> None:
    page = open_page(room_path(room), viewport={"width": 390, "height": 844})
    page.get_by_role("button", name="Menu").click()
    choose(page, "UTC")
    shown(page, "UTC")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_axe_finds_nothing(page: Page) -> None:
    page.goto("/time")
    assert problems_everywhere(page) == {}
