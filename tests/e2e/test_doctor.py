"""The connection doctor: livekit-client's checks against the real server, a line each."""

import re
from collections.abc import Callable
from typing import Any

from livekit import api
from playwright.sync_api import expect

from dev.ports import free_ports
from dev.stack import Stack
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import NARROW, OpenPage
from tests.e2e.test_narrow import wider
from tests.e2e.test_watch_room import PATIENCE, PATIENCE_MS, SIGNING_IN
from tests.e2e.watch import Watch
from tests.support.dashboard import Dashboard
from tests.support.visitor import ACCESS_TOKEN
from tests.support.waiting import until

# livekit-client watches UDP and then TCP for 10 s each (connectionProtocol.ts, TEST_DURATION).
SOONER = """
const wait = setTimeout;
window.setTimeout = (then, ms, ...more) => wait(then, ms === 10000 ? 2000 : ms, ...more);
"""
CHECK = "[data-check='{}']"


def test_this_server_works(
    open_page: OpenPage, stack: Stack, livekit: Callable[..., Any], watch: Watch
) -> None:
    # the one that is cut on purpose, and the question why
    watch.allow("WebSocket", "request to another origin")
    page = open_page(**SIGNING_IN)
    page.add_init_script(SOONER)
    page.goto("/doctor")
    page.get_by_label("Run this check too").check()
    page.get_by_role("button", name="Run checks").click()
    page.get_by_text("No check failed.").wait_for(timeout=3 * PATIENCE_MS)
    works = (
        "Websocket",
        "WebRTC",
        "Reconnect",
        "PublishAudio",
        "PublishVideo",
        "ConnectionProtocol",
    )
    for check in works:
        result = page.locator(CHECK.format(f"check{check}")).locator("[data-result]")
        expect(result).to_have_text(re.compile("^Passed( with warnings)?$"))
    result = page.locator(CHECK.format("checkTURN")).locator("[data-result]")
    expect(result).to_have_text("Skipped (not configured)")
    expect(page.locator(CHECK.format("checkWebsocket"))).to_contain_text("version 1.13.5")
    slow = page.locator(CHECK.format("checkConnectionProtocol"))
    expect(slow).to_contain_text("best connection quality via")
    expect(slow).to_contain_text(re.compile(r"upstream bitrate: \d"))
    report = page.get_by_role("button", name="Copy report").get_attribute("data-copy") or ""
    assert stack.url in report
    assert "Publish video: Passed" in report
    assert not ACCESS_TOKEN.search(report)
    assert problems_everywhere(page) == {}
    page.goto("/settings")
    version = page.locator("[data-server-version]")
    expect(version).to_contain_text(re.compile(r"^\s*1\.13\.5\s+seen by this browser \d+ s ago"))
    expect(page.get_by_text("LiveKit reports its version only to participants.")).to_be_hidden()
    assert problems_everywhere(page) == {}
    page.set_viewport_size(NARROW)
    assert wider(page) == []

    def found() -> list[str]:
        rooms = livekit("room.list_rooms", api.ListRoomsRequest()).rooms
        return [r.name for r in rooms if r.name.startswith("connection-check-")]

    until(lambda: not found(), PATIENCE)


def test_a_wrong_address_is_found(
    open_page: OpenPage, start_dashboard: Callable[..., Dashboard], watch: Watch
) -> None:
    watch.allow("WebSocket", "request to another origin", "ERR_CONNECTION", "exception")
    nowhere = f"ws://127.0.0.1:{free_ports(1)[0]}"
    page = open_page("/doctor", at=start_dashboard(livekit_public_url=nowhere).url, **SIGNING_IN)
    page.get_by_role("button", name="Run checks").click()
    first = page.locator(CHECK.format("checkWebsocket"))
    expect(first.locator("[data-result]")).to_have_text("Failed", timeout=PATIENCE_MS)
    expect(first).to_contain_text("LIVEKIT_PUBLIC_URL")
