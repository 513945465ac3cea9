"""The page refreshes itself: what is new appears, what is unchanged costs nothing, it can pause."""

import re
import secrets
from collections.abc import Callable
from typing import Any

from livekit import api
from playwright.sync_api import Page, Response, expect

from app.text.paths import room_path
from tests.e2e.conftest import Join, OpenPage
from tests.e2e.people import expanded
from tests.e2e.polls import is_poll, mark, never_reloaded, next_poll
from tests.support.dashboard import Dashboard

# Playwright keeps every page visible, whatever else is in front: so the test overrides it.
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def row(page: Page, name: str) -> Any:
    """Return the row of the room."""
    return page.get_by_role("row", name=name)


def test_a_room_made_elsewhere_appears_and_goes_by_itself(
    open_page: OpenPage, quick: Dashboard, livekit: Callable[..., Any]
) -> None:
    name = f"elsewhere-{secrets.token_hex(4)}"
    page = open_page(f"/rooms?q={name}", at=quick.url)
    mark(page)
    expect(page.get_by_text("No matching rooms")).to_be_visible()
    livekit("room.create_room", api.CreateRoomRequest(name=name))
    expect(row(page, name)).to_be_visible()
    livekit("room.delete_room", api.DeleteRoomRequest(room=name))
    expect(page.get_by_text("No matching rooms")).to_be_visible()
    never_reloaded(page)


def test_people_and_tracks_appear_by_themselves(
    open_page: OpenPage, quick: Dashboard, room: str, join: Join
) -> None:
    page = open_page(room_path(room), at=quick.url)
    expect(page.get_by_text("No participants")).to_be_visible()
    ada = join(room, "ada")
    more = expanded(page, "ada")
    ada.publish("microphone")
    expect(more.locator(".track", has_text="Microphone")).to_be_visible()
    ada.leave()
    expect(page.get_by_text("No participants")).to_be_visible()


def test_an_unchanged_page_is_answered_with_304(
    open_page: OpenPage, empty: Dashboard, ask_empty: Callable[..., Any]
) -> None:
    for name in ("kept", "more"):
        ask_empty("room.create_room", api.CreateRoomRequest(name=name))
    pages = [open_page(path, at=empty.url) for path in ("/", "/rooms", room_path("kept"))]
    for page in pages:
        assert next_poll(page).status == 304, page.url
    for page in pages:
        assert next_poll(page).status == 304, page.url
    ask_empty("room.delete_room", api.DeleteRoomRequest(room="more"))
    for page in pages[:2]:
        expect(page.get_by_role("row", name="more")).to_be_hidden()
        assert next_poll(page).status == 304, page.url
    for page in pages:
        page.close()  # or one of them meets the 404
    ask_empty("room.delete_room", api.DeleteRoomRequest(room="kept"))


def test_a_refresh_keeps_filter_order_and_page(
    open_page: OpenPage, quick: Dashboard, make_room: Callable[..., str]
) -> None:
    part = f"kept-{secrets.token_hex(4)}"
    for number in range(27):
        make_room(f"{part}-{number:02}")
    page = open_page(f"/rooms?q={part}&sort=-name&per_page=25&page=2", at=quick.url)
    names = page.locator("tbody .name bdi").all_inner_texts()
    assert [name for name in names if name] == [f"{part}-01", f"{part}-00"]
    make_room(f"{part}-99")
    expect(row(page, f"{part}-02")).to_be_visible()
    expect(page.locator(".pager").last).to_contain_text("28 of 28 rooms")


def test_the_list_follows_the_typing_and_the_address_too(
    open_page: OpenPage, quick: Dashboard, make_room: Callable[..., str]
) -> None:
    part = f"typed-{secrets.token_hex(4)}"
    for end in ("one", "two"):
        make_room(f"{part}-{end}")
    page = open_page(f"/rooms?q={part}", at=quick.url)
    mark(page)
    page.get_by_role("searchbox").press("End")
    page.get_by_role("searchbox").press_sequentially("-tw")
    expect(row(page, f"{part}-one")).to_be_hidden()
    expect(row(page, f"{part}-two")).to_be_visible()
    expect(page).to_have_url(f"{quick.url}/rooms?q={part}-tw")
    make_room(f"{part}-twenty")
    expect(row(page, f"{part}-twenty")).to_be_visible()
    page.get_by_label("Recording", exact=True).select_option("Recording")
    expect(page.get_by_text("No matching rooms")).to_be_visible()
    never_reloaded(page)
    page.reload()
    expect(page.get_by_role("searchbox")).to_have_value(f"{part}-tw")
    expect(page.get_by_text("No matching rooms")).to_be_visible()


def test_the_button_pauses_and_that_is_remembered(
    open_page: OpenPage, quick: Dashboard, make_room: Callable[..., str]
) -> None:
    part = f"paused-{secrets.token_hex(4)}"
    page = open_page(f"/rooms?q={part}", at=quick.url)
    other = open_page(f"/rooms?q={part}", at=quick.url)
    button = page.get_by_role("button", name="Pause auto-refresh")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    stays_still(page, other, lambda: make_room(f"{part}-1"))
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(row(page, f"{part}-1")).to_be_visible()
    stays_still(page, other, lambda: make_room(f"{part}-2"))
    button.click()
    expect(row(page, f"{part}-2")).to_be_visible()
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_the_interval_is_chosen_and_remembered(
    open_page: OpenPage, quick: Dashboard, make_room: Callable[..., str]
) -> None:
    part = f"interval-{secrets.token_hex(4)}"
    page = open_page(f"/rooms?q={part}", at=quick.url)
    options = page.get_by_label("Auto-refresh options")
    pause = page.get_by_role("button", name="Pause auto-refresh")
    expect(pause).to_have_accessible_name("Pause auto-refresh: Every 1 s")
    options.click()
    expect(page.get_by_role("button", name="Every 1 s", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    page.get_by_role("button", name="Every 30 s", exact=True).click()
    expect(pause).to_have_accessible_name("Pause auto-refresh: Every 30 s")
    other = open_page(f"/rooms?q={part}", at=quick.url)
    stays_still(page, other, lambda: make_room(f"{part}-1"))
    page.reload()
    expect(row(page, f"{part}-1")).to_be_visible()
    expect(pause).to_have_accessible_name("Pause auto-refresh: Every 30 s")
    stays_still(page, other, lambda: make_room(f"{part}-2"))
    options.click()
    page.get_by_role("button", name="Refresh now", exact=True).click()
    expect(row(page, f"{part}-2")).to_be_visible()
    options.click()
    page.get_by_role("button", name="Off", exact=True).click()
    expect(pause).to_have_attribute("aria-pressed", "true")
    options.click()
    page.get_by_role("button", name="Every 2 s", exact=True).click()
    expect(pause).to_have_attribute("aria-pressed", "false")
    make_room(f"{part}-3")
    expect(row(page, f"{part}-3")).to_be_visible()


def test_a_hidden_tab_asks_nothing_and_catches_up_when_seen(
    open_page: OpenPage, quick: Dashboard, make_room: Callable[..., str]
) -> None:
    part = f"hidden-{secrets.token_hex(4)}"
    page = open_page(f"/rooms?q={part}", at=quick.url)
    page.evaluate(HIDE, True)
    stays_still(page, open_page(f"/rooms?q={part}", at=quick.url), lambda: make_room(part))
    page.evaluate(HIDE, False)
    expect(row(page, part)).to_be_visible()


def stays_still(page: Page, other: Page, change: Callable[[], object]) -> None:
    """Check that the page asks nothing while the other one, which is not paused, does twice."""
    asked: list[str] = []
    rows = page.locator("tbody tr").count()
    page.on("request", lambda request: asked.append(request.url))
    change()
    for _ in range(2):
        next_poll(other)
    expect(other.locator("tbody tr")).to_have_count(rows + 1)
    assert page.locator("tbody tr").count() == rows
    assert asked == []


def test_a_slow_answer_is_awaited_and_not_asked_for_again(
    open_page: OpenPage, start_dashboard: Callable[..., Dashboard], relay: Any, room: str
) -> None:
    slow = start_dashboard(livekit_url=relay.url, refresh_seconds=1)
    page = open_page(f"/rooms?q={room}", at=slow.url)
    relay.mode, relay.delay = "slow", 1.5
    before = next_poll(page).request.timing["startTime"]
    after = next_poll(page).request.timing["startTime"]
    assert after - before >= 1500
    assert page.locator("#stale").is_hidden()


def test_what_was_kept_says_how_old_it_is_until_something_is_changed(
    open_page: OpenPage, start_dashboard: Callable[..., Dashboard], room: str, join: Join
) -> None:
    ada = join(room, "ada", audio=True)
    keeping = start_dashboard(refresh_seconds=1, cache_seconds=60)
    page = open_page(f"{room_path(room)}?open={ada.sid}", at=keeping.url)
    age = page.locator("#server [data-age]")
    expect(age).to_be_hidden()
    expect(age).to_have_text(re.compile(r"^[2-9] s old$"))
    page.reload()
    expect(age).to_be_visible()
    with page.expect_response(lambda answer: is_poll(answer) and not is_old(answer)):
        page.get_by_role("button", name="Mute", exact=True).click()
    expect(page.get_by_role("button", name="Unmute", exact=True)).to_be_visible()


def is_old(answer: Response) -> bool:
    """Return whether some of this answer was kept from before."""
    return "age;dur=" in answer.headers["server-timing"]


def test_the_browsers_own_clock_does_not_matter(open_page: OpenPage, room: str) -> None:
    page = open_page(timezone_id="Asia/Kathmandu")
    page.add_init_script(
        "const now = Date.now, origin = performance.timeOrigin, off = 600_000;"
        "Date.now = () => now() + off;"
        "Object.defineProperty(performance, 'timeOrigin', { value: origin + off });"
    )
    page.goto(room_path(room))
    # in local time, so the script has been at it
    expect(page.locator("time[data-ago][title*='GMT+5:45']").first).to_have_text(
        re.compile("just now|[0-9]+ s ago")
    )
