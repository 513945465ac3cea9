"""LiveKit or the dashboard goes away under an open page, and comes back."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from livekit import api
from playwright.sync_api import Page, expect

from dev.stack import Stack
from tests.e2e.conftest import Join, OpenPage
from tests.e2e.polls import mark, never_reloaded
from tests.e2e.watch import Watch
from tests.support.dashboard import SESSION_SECRET, Dashboard
from tests.support.fault import Relay
from tests.support.program import Program

REFUSED = "^error: Failed to load resource: net::ERR_CONNECTION_REFUSED"
SINCE = re.compile(r"\(since \d\d:\d\d:\d\d\)\..* Showing data from \d\d:\d\d:\d\d\.")


@pytest.fixture
def outage(empty_stack: Stack) -> Iterator[Stack]:
    """The server without rooms; it runs again after the test."""
    yield empty_stack
    empty_stack.livekit.start()


def stale(page: Page, says: str) -> None:
    """Wait for the note that the page is old, and check its parts."""
    note = page.locator("#stale")
    expect(note).to_contain_text(says)
    expect(note).to_contain_text(SINCE)
    expect(note).to_contain_text("Retrying every 1 s.")
    expect(page.locator("#live")).to_have_class(re.compile(r"\bstale\b"))


def fresh(page: Page) -> None:
    """Wait until the page is as if nothing had been."""
    expect(page.locator("#stale")).to_be_hidden()
    expect(page.locator("#live")).not_to_have_class(re.compile(r"\bstale\b"))
    never_reloaded(page)


def test_livekit_goes_and_comes_back_under_open_pages(
    open_page: OpenPage,
    empty: Dashboard,
    outage: Stack,
    ask_empty: Callable[..., Any],
    watch: Watch,
) -> None:
    ask_empty("room.create_room", api.CreateRoomRequest(name="before"))
    pages = [open_page(path, at=empty.url) for path in ("/rooms", "/")]
    for page in pages:
        mark(page)
        expect(page.get_by_role("link", name="before", exact=True)).to_be_visible()
    outage.livekit.stop()
    for page in pages:
        stale(page, "LiveKit is unreachable")
        expect(page.get_by_role("link", name="before", exact=True)).to_be_visible()
        expect(page.locator("#server")).to_have_attribute("data-state", "bad")
        expect(page.locator("#server")).to_contain_text("unreachable")
    opened_late = open_page("/rooms", at=empty.url)
    mark(opened_late)
    expect(opened_late.get_by_role("heading", level=1)).to_have_text("LiveKit is unreachable")
    assert opened_late.locator("#stale").is_hidden()
    outage.livekit.start()
    ask_empty("room.create_room", api.CreateRoomRequest(name="after"))
    for page in (*pages, opened_late):
        fresh(page)
        expect(page.get_by_role("link", name="after", exact=True)).to_be_visible()
        expect(page.locator("#server")).to_have_attribute("data-state", "ok")
        expect(page.locator("#server")).to_contain_text(re.compile(r"[\d.]+ ms"))
    expect(opened_late).to_have_title("Rooms · LiveKit Dashboard")
    ask_empty("room.delete_room", api.DeleteRoomRequest(room="after"))
    watch.expect_status(503)


def test_the_dialog_about_an_outage_names_the_click_and_goes_with_it(
    open_page: OpenPage,
    start_dashboard: Callable[..., Dashboard],
    relay: Relay,
    room: str,
    join: Join,
    watch: Watch,
) -> None:
    ada = join(room, "ada", audio=True)
    short = start_dashboard(livekit_url=relay.url, livekit_timeout=1, refresh_seconds=1)
    page = open_page(f"/rooms/{room}?open={ada.sid}", at=short.url)
    relay.mode = "hang"
    relay.drop()
    page.get_by_role("button", name="Mute", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Action: Mute (ada)")
    stale(page, "LiveKit took too long to respond")
    relay.mode = "pass"
    relay.drop()
    expect(dialog).to_be_hidden()
    expect(page.locator("#toasts .toast.warn")).to_contain_text("LiveKit is reachable again.")
    expect(page.locator("#toasts .toast.warn")).to_contain_text("Mute (ada)")
    expect(page.locator("#stale")).to_be_hidden()
    watch.expect_status(504)
    watch.allow("status of 503")  # a call that drop() cut off


def test_a_hanging_livekit_is_told_from_a_wrong_answer(
    open_page: OpenPage,
    start_dashboard: Callable[..., Dashboard],
    relay: Relay,
    room: str,
    watch: Watch,
) -> None:
    short = start_dashboard(livekit_url=relay.url, livekit_timeout=1, refresh_seconds=1)
    page = open_page(f"/rooms?q={room}", at=short.url)
    mark(page)
    relay.mode = "hang"
    relay.drop()
    stale(page, "LiveKit took too long to respond")
    expect(page.locator("#stale")).to_contain_text("within 1 s")
    relay.mode = "html"
    relay.drop()
    stale(page, "This doesn't look like a LiveKit server")
    expect(page.get_by_role("row", name=room)).to_be_visible()
    relay.mode = "pass"
    relay.drop()
    fresh(page)
    watch.expect_status(504, 502)


def test_the_dashboard_goes_and_comes_back_at_its_address(
    open_page: OpenPage,
    stack: Stack,
    make_room: Callable[..., str],
    tmp_path: Path,
    watch: Watch,
) -> None:
    name = make_room()
    settings = {"SESSION_SECRET": SESSION_SECRET, "REFRESH_SECONDS": "1"}
    with Program(tmp_path, stack, **settings) as program:
        page = open_page(f"/rooms?q={name}", at=program.url)
        mark(page)
        page.get_by_role("searchbox").focus()
        program.process.stop()
        stale(page, "No response from the dashboard")
        expect(page.get_by_role("row", name=name)).to_be_visible()
        program.process.start(patience=60)
        fresh(page)
        make_room(f"{name}-later")
        expect(page.get_by_role("row", name=f"{name}-later")).to_be_visible()
        expect(page.get_by_role("searchbox")).to_be_focused()
        # and the page's form still counts: session and token outlive the process
        page.get_by_label(f"Select {name}-later").check()
        page.get_by_role("button", name="Delete…").click()
        page.get_by_role("button", name="Delete 1 room").click()
        expect(page.get_by_role("heading", name="1 of 1 room deleted")).to_be_visible()
        page.close()
    watch.expect(REFUSED, "^error: htmx: htmx:error: Failed to fetch")


def test_a_room_that_ended_is_said_and_comes_back(
    open_page: OpenPage,
    quick: Dashboard,
    room: str,
    livekit: Callable[..., Any],
    watch: Watch,
) -> None:
    page = open_page(f"/rooms/{room}?tab=details", at=quick.url)
    mark(page)
    livekit("room.delete_room", api.DeleteRoomRequest(room=room))
    stale(page, "Not found")
    expect(page.get_by_role("heading", level=1)).to_have_text(room)
    expect(page.locator("#server")).to_have_attribute("data-state", "ok")
    livekit("room.create_room", api.CreateRoomRequest(name=room, metadata="second life"))
    fresh(page)
    expect(page.get_by_text("second life")).to_be_visible()
    watch.expect_status(404)
