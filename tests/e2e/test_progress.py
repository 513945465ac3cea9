"""An action on many items shows how far it is, with and without scripts."""

import re
import secrets
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.e2e.polls import mark, never_reloaded
from tests.e2e.test_actions_rooms import opened
from tests.routes.asked import Ask
from tests.support.dashboard import Dashboard
from tests.support.fault import Relay
from tests.support.waiting import until


@pytest.fixture
def shelf(make_room: Callable[..., str]) -> tuple[str, list[str]]:
    """Four rooms, and what is the same in their names."""
    part = f"shelf-{secrets.token_hex(4)}"
    return part, [make_room(f"{part}-{end}") for end in "abcd"]


@pytest.fixture
def slow(start_dashboard: Callable[..., Dashboard], relay: Relay) -> Dashboard:
    """A dashboard that needs a second for each call, once the relay is slow."""
    relay.delay = 1.0
    return start_dashboard(livekit_url=relay.url, refresh_seconds=30)


def asked(page: Page) -> None:
    """Select all rooms, and press the button that asks."""
    page.get_by_label("Select all on this page").check()
    page.get_by_role("button", name="Delete…", exact=True).click()


def test_the_dialog_shows_how_far_it_is(
    open_page: OpenPage, slow: Dashboard, relay: Relay, shelf: tuple[str, list[str]], livekit: Ask
) -> None:
    part, names = shelf
    page = open_page(f"/rooms?q={part}", at=slow.url)
    mark(page)
    asked(page)
    relay.mode = "slow"
    page.get_by_role("button", name="Delete 4 rooms", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("progressbar", name="Progress")).to_have_attribute("max", "4")
    expect(dialog.get_by_role("status").filter(has_text="1 of 4 done")).to_be_visible()
    expect(dialog.get_by_role("button", name="Delete 4 rooms", exact=True)).to_be_hidden()
    expect(dialog).to_contain_text(re.compile("[23] of 4 done"))
    assert problems_everywhere(page) == {}
    expect(page.get_by_role("dialog", name="4 of 4 rooms deleted")).to_be_visible()
    expect(dialog.get_by_role("progressbar")).to_have_count(0)
    expect(dialog.locator(".results .name")).to_have_text(names)
    assert opened(livekit, *names) == {}
    never_reloaded(page)


def test_the_page_shows_how_far_it_is_without_scripts(
    open_page: OpenPage, slow: Dashboard, relay: Relay, shelf: tuple[str, list[str]], livekit: Ask
) -> None:
    part, names = shelf
    page = open_page(f"/rooms?q={part}", at=slow.url, java_script_enabled=False)
    page.locator("#bulk-menu > summary").click()
    page.get_by_role("button", name="Delete all 4 that match…").click()
    relay.mode = "slow"
    page.get_by_role("button", name="Delete 4 rooms", exact=True).click(no_wait_after=True)
    expect(page.locator("progress:visible")).to_have_count(1)
    expect(page.locator("p:visible", has_text=re.compile("[123] of 4 done"))).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_text("4 of 4 rooms deleted")
    expect(page.locator("progress:visible")).to_have_count(0)
    assert opened(livekit, *names) == {}


def test_a_closed_tab_ends_nothing(
    open_page: OpenPage, slow: Dashboard, relay: Relay, shelf: tuple[str, list[str]], livekit: Ask
) -> None:
    part, names = shelf
    page = open_page(f"/rooms?q={part}", at=slow.url)
    asked(page)
    relay.mode = "slow"
    page.get_by_role("button", name="Delete 4 rooms", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("1 of 4 done")
    page.close()
    assert opened(livekit, *names)
    until(lambda: opened(livekit, *names) == {})
