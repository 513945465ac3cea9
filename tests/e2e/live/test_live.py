"""Pages that update as things happen: LiveKit's webhooks reach them long before their interval."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from app.text.paths import room_path
from dev.participants import Crowd
from tests.e2e.conftest import OpenPage
from tests.e2e.polls import is_poll
from tests.e2e.reporting import CHANGED, SHOWN, SOON, deliver_change, moment, says
from tests.e2e.test_refresh import HIDE
from tests.support.dashboard import Dashboard
from tests.support.waiting import until


@pytest.mark.alone
def test_a_join_shows_within_a_second(
    alive: Dashboard, open_page: OpenPage, rooms: Callable[..., str], people: Crowd
) -> None:
    name = rooms()
    page = open_page(room_path(name), at=alive.url)
    expect(says(page)).to_have_text("Live")
    toggle = page.get_by_role("button", name="Pause auto-refresh")
    expect(toggle).to_have_accessible_name("Pause auto-refresh: Live")
    for identity in ("bob", "cyd"):
        page.evaluate(SHOWN, identity)
        people.join(name, identity)
        began = time.time()
        assert moment(page, "shownAt") - began < SOON
        expect(page.get_by_text(identity, exact=True).first).to_be_visible()
        time.sleep(1.2)
    page.get_by_label("Auto-refresh options").click()
    expect(page.locator("[data-updates-note]")).to_contain_text("when LiveKit sends a webhook")


@pytest.mark.alone
def test_twelve_tabs_share_one_stream(
    alive: Dashboard, open_page: OpenPage, rooms: Callable[..., str]
) -> None:
    first = open_page("/rooms", at=alive.url)
    pages = [first, *(first.context.new_page() for _ in range(11))]
    for page in pages[1:]:
        page.goto("/rooms")
    for page in pages:
        expect(says(page)).to_have_text("Live")
    assert len(alive.app.state.streams) == 1
    for page in pages:
        page.evaluate(CHANGED)
    began = time.time()
    deliver_change(alive)
    assert max(moment(page, "changedAt") for page in pages) - began < SOON
    name = rooms("twelve")
    for page in pages:
        expect(page.get_by_role("row", name=name)).to_be_visible()
    pages.pop(0).close()  # the first had the lock
    later = rooms("taken-over")
    for page in pages:
        expect(page.get_by_role("row", name=later)).to_be_visible(timeout=5_000)
    until(lambda: len(alive.app.state.streams) == 1)


def test_tabs_have_their_own_stream_where_there_are_no_locks(
    alive: Dashboard, open_page: OpenPage, rooms: Callable[..., str]
) -> None:
    page = open_page(at=alive.url, fresh=True)
    page.context.add_init_script("Object.defineProperty(navigator, 'locks', { value: undefined })")
    other = page.context.new_page()
    for each in (page, other):
        each.goto("/rooms")
    until(lambda: len(alive.app.state.streams) == 2)
    name = rooms()
    for each in (page, other):
        expect(each.get_by_role("row", name=name)).to_be_visible()
    other.close()
    until(lambda: len(alive.app.state.streams) == 1)


def test_a_hidden_tab_asks_nothing_and_holds_no_stream(
    alive: Dashboard, open_page: OpenPage, rooms: Callable[..., str]
) -> None:
    page = open_page("/rooms", at=alive.url)
    expect(says(page)).to_have_text("Live")
    page.evaluate(HIDE, True)
    until(lambda: len(alive.app.state.streams) == 0)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    name = rooms("hidden")
    page.wait_for_timeout(1500)
    assert asked == []
    page.evaluate(HIDE, False)
    expect(page.get_by_role("row", name=name)).to_be_visible()
    until(lambda: len(alive.app.state.streams) == 1)


def test_a_paused_page_stays_as_it_is(
    alive: Dashboard, open_page: OpenPage, rooms: Callable[..., str]
) -> None:
    page = open_page("/rooms", at=alive.url)
    toggle = page.get_by_role("button", name="Pause auto-refresh")
    expect(says(page)).to_have_text("Live")
    toggle.click()
    expect(says(page)).to_have_text("paused")
    until(lambda: len(alive.app.state.streams) == 0)
    name = rooms("paused")
    page.wait_for_timeout(1500)
    expect(page.get_by_role("row", name=name)).to_be_hidden()
    toggle.click()
    expect(page.get_by_role("row", name=name)).to_be_visible()
    expect(says(page)).to_have_text("Live")


@pytest.mark.alone
def test_many_changes_cost_two_refreshes_a_second(
    alive: Dashboard, open_page: OpenPage, rooms: Callable[..., str]
) -> None:
    page = open_page("/rooms", at=alive.url)
    expect(says(page)).to_have_text("Live")
    polls: list[str] = []
    page.on("response", lambda response: polls.append(response.url) if is_poll(response) else None)
    began = time.monotonic()
    for _ in range(20):
        deliver_change(alive)
        page.wait_for_timeout(100)
    page.wait_for_timeout(700)
    assert 3 <= len(polls) <= 2 * (time.monotonic() - began) + 1


def test_other_topics_cost_nothing(alive: Dashboard, open_page: OpenPage) -> None:
    page = open_page("/agents", at=alive.url)
    expect(says(page)).to_have_text("Live")
    polls: list[str] = []
    page.on("response", lambda response: polls.append(response.url) if is_poll(response) else None)
    deliver_change(alive)
    page.wait_for_timeout(1000)
    assert polls == []


def test_without_a_webhook_pages_check_at_their_interval(
    open_page: OpenPage, quick: Dashboard
) -> None:
    page = open_page("/rooms", at=quick.url)
    expect(says(page)).to_have_text("Every 1 s")
    page.goto("/sip/trunks")  # of which LiveKit reports nothing
    expect(says(page)).to_have_text("Every 1 s")
