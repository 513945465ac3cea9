"""The figures of the sidebar: they follow the page, are remembered, and say how old they are."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from livekit import api
from playwright.sync_api import Locator, Page, expect

from dev.stack import Stack
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.e2e.watch import Watch
from tests.support.dashboard import Dashboard, managing

AS_OF = re.compile(r"^As of \d\d:\d\d:\d\d$")


@pytest.fixture
def outage(empty_stack: Stack) -> Iterator[Stack]:
    """The server without rooms; it runs again after the test."""
    yield empty_stack
    empty_stack.livekit.start()


def line(page: Page, name: str) -> Locator:
    """Return the link of a line in the sidebar."""
    return page.locator("#sidebar").get_by_role("link", name=name, exact=True)


def item(page: Page, name: str) -> Locator:
    """Return the list item of a line."""
    return line(page, name).locator("xpath=..")


def test_a_count_follows_refreshes_and_is_remembered_with_its_moment(
    open_page: OpenPage, empty: Dashboard, ask_empty: Callable[..., Any]
) -> None:
    page = open_page("/rooms", at=empty.url)
    rooms = line(page, "Rooms")
    expect(rooms).to_have_accessible_description("0 rooms")
    ask_empty("room.create_room", api.CreateRoomRequest(name="counted"))
    expect(rooms).to_have_accessible_description("1 room")
    assert not item(page, "Rooms").get_attribute("title")
    page.goto("/settings")
    expect(rooms).to_have_accessible_description(re.compile(r"^1 room, as of \d\d:\d\d:\d\d$"))
    expect(item(page, "Rooms")).to_have_attribute("title", AS_OF)
    expect(line(page, "Egress")).to_have_accessible_description("")
    assert problems_everywhere(page) == {}


def test_nothing_is_shown_while_livekit_is_unreachable(
    open_page: OpenPage, outage: Stack, empty: Dashboard, watch: Watch
) -> None:
    page = open_page("/rooms", at=empty.url)
    expect(page.locator("#sidebar .figure")).to_have_count(1)
    outage.livekit.stop()
    expect(page.locator("#stale")).to_be_visible()
    expect(page.locator("#sidebar .figure")).to_have_count(0)
    page.goto("/settings")
    expect(page.locator("#sidebar .figure")).to_have_count(0)
    watch.expect_status(503)


def test_after_five_minutes_it_is_gone(open_page: OpenPage, room: str) -> None:
    page = open_page()
    page.clock.install()
    page.goto("/rooms")
    expect(page.locator("#sidebar .figure")).to_have_count(1)
    # a request under way would run into its time limit as the clock jumps
    with page.expect_request_finished(lambda request: "/server?" in request.url):
        page.goto("/webhooks")
    expect(page.locator(".htmx-request")).to_have_count(0)
    expect(page.locator("#sidebar .figure")).to_have_count(1)
    page.clock.fast_forward("05:10")
    expect(page.locator("#sidebar .figure")).to_have_count(0)


def test_a_part_is_dimmed_until_it_is_set_up(open_page: OpenPage) -> None:
    with Stack(redis=False) as stack:
        dashboard = Dashboard(**managing(stack), enable_sip=True).start()
        page = open_page("/", at=dashboard.url, fresh=True)
        egress = line(page, "Egress")
        expect(egress).to_have_accessible_description("Not set up: LiveKit has no Redis")
        expect(item(page, "Egress")).to_have_class("off")
        expect(item(page, "Egress").get_by_text("Set up", exact=True)).to_be_visible()
        egress.click()
        expect(page.get_by_role("heading", name="Egress is not set up")).to_be_visible()
        expect(page.get_by_role("link", name="Check again")).to_be_visible()
        assert problems_everywhere(page) == {}
        dashboard.stop()


def test_without_javascript_a_page_has_its_own(open_page: OpenPage, room: str) -> None:
    page = open_page("/rooms", java_script_enabled=False)
    expect(page.locator("#sidebar .figure")).to_have_count(1)
    expect(line(page, "Rooms")).to_have_accessible_description(re.compile(r"^[\d,]+ rooms?$"))
