"""Job: LiveKit is down, or rejects the key. Say which without a click, and recover unaided."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from dev.stack import Stack
from tests.e2e.clicks import Clicks
from tests.e2e.conftest import OpenPage
from tests.e2e.watch import Watch
from tests.support.dashboard import Dashboard


@pytest.fixture
def outage(empty_stack: Stack) -> Iterator[Stack]:
    """The server without rooms; it runs again after the test."""
    yield empty_stack
    empty_stack.livekit.start()


def test_livekit_is_down_and_comes_back(
    open_page: OpenPage, empty: Dashboard, outage: Stack, watch: Watch
) -> None:
    watch.allow("status of 50[234]")
    page = open_page(at=empty.url)
    clicks = Clicks(page)
    outage.livekit.stop()
    page.goto("/rooms")
    expect(page.get_by_role("heading", level=1)).to_have_text("LiveKit is unreachable")
    outage.livekit.start()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rooms")
    assert clicks.count == 0


def test_livekit_rejects_the_key(
    open_page: OpenPage, start_dashboard: Callable[..., Dashboard], watch: Watch
) -> None:
    watch.allow("status of 502")
    wrong = start_dashboard(livekit_api_secret="s" * 40)
    page = open_page(at=wrong.url)
    clicks = Clicks(page)
    page.goto("/rooms")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Unauthorized")
    expect(page.locator("main")).to_contain_text("LIVEKIT_API_SECRET")
    expect(page.locator("main")).not_to_contain_text("unreachable")
    assert clicks.count == 0
