"""Watching a room: real frames, levels and figures, seen by nobody, gone with the page."""

import re
from collections.abc import Callable
from typing import Any

from livekit import api
from playwright.sync_api import Page, expect

from app.text.paths import room_path
from dev.participants import Crowd
from dev.stack import Stack
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import NARROW, Join, OpenPage
from tests.e2e.test_narrow import wider
from tests.e2e.watch import Watch
from tests.routes.asked import Ask
from tests.support.dashboard import PASSWORD, Dashboard
from tests.support.waiting import until

PATIENCE = 60.0
PATIENCE_MS = PATIENCE * 1000
NOT_TOLD = "\N{EN DASH}"
# The header of the other tests would go to LiveKit too, which would refuse it.
SIGNING_IN: dict[str, Any] = {
    "extra_http_headers": {},
    "http_credentials": {"username": "admin", "password": PASSWORD},
}
LATER = "v => v.currentTime > {0:f} && v.videoWidth > 0"


def started(open_page: OpenPage, room: str, at: str = "", **options: Any) -> Page:
    """Return a page that watches the room."""
    page = open_page(room_path(room, "watch"), at=at, **SIGNING_IN, **options)
    page.get_by_role("button", name="Start watching").click()
    page.locator("[data-watch][data-state=joined]").wait_for(timeout=PATIENCE_MS)
    return page


def tile(page: Page, identity: str) -> Any:
    """Return the tile of a participant."""
    return page.locator(f"article[data-identity='{identity}']")


def plays(page: Page, identity: str) -> None:
    """Wait until frames of the participant are decoded, and more of them."""
    video = tile(page, identity).locator("video")
    video.wait_for(timeout=PATIENCE_MS)
    found = video.element_handle()
    for _ in range(2):
        now = found.evaluate("v => v.currentTime")
        page.wait_for_function(LATER.format(now), arg=found, timeout=PATIENCE_MS)


def there(livekit: Ask, room: str) -> dict[str, Any]:
    """Return everybody whom LiveKit lists in the room, by identity."""
    request = api.ListParticipantsRequest(room=room)
    return {p.identity: p for p in livekit("room.list_participants", request).participants}


def observers(livekit: Ask, room: str) -> list[Any]:
    """Return the observers in the room."""
    return [p for i, p in there(livekit, room).items() if i.startswith("dashboard-observer-")]


def test_what_happens_in_the_room_is_seen(
    open_page: OpenPage, room: str, join: Join, livekit: Ask
) -> None:
    ada = join(room, "ada", name="Ada", audio=True, video=True)
    bob = join(room, "bob", audio=True)
    page = started(open_page, room)
    plays(page, "ada")
    for who in ("ada", "bob"):
        level = tile(page, who).locator("meter").element_handle()
        page.wait_for_function("m => m.value > 0.3", arg=level, timeout=PATIENCE_MS)
        expect(tile(page, who).locator("[data-quality]")).to_have_text(
            "excellent", timeout=PATIENCE_MS
        )
    figures = tile(page, "ada").locator("[data-kind=video] [data-value]")
    for figure in figures.all():
        expect(figure).not_to_have_text(NOT_TOLD)
    expect(page.locator("[data-cost]")).to_contain_text(
        "3 of 3 tracks · 2 of 2 participants visible"
    )
    loss = tile(page, "ada").locator("[data-kind=video] [data-figure=loss]")
    chart = loss.get_by_role("img", name="Packet loss in the last 60 s")
    expect(chart).to_have_accessible_name(re.compile(r"s: \d.*Scale: 0 to 5 %\. High from 2\.0 %"))
    expect(loss.locator(".media-axis")).to_have_text(re.compile(rf"60 s\s*0 {NOT_TOLD} 5 %"))
    assert chart.locator("path").get_attribute("d")
    expect(page.get_by_text("Figures and charts describe the downlink")).to_be_visible()
    assert problems_everywhere(page) == {}

    # nobody sees the observer, who publishes nothing and may not
    assert {*ada.room.remote_participants} == {"bob"}
    (observer,) = observers(livekit, room)
    assert observer.permission.hidden
    assert not observer.permission.can_publish
    assert not observer.tracks
    assert "observer of the dashboard" in page.request.get(f"{room_path(room)}?observers=1").text()

    mute = api.MuteRoomTrackRequest(
        room=room, identity="ada", track_sid=ada.track_sids["microphone"], muted=True
    )
    livekit("room.mute_published_track", mute)
    expect(tile(page, "ada").locator("[data-kind=audio] [data-muted]")).to_be_visible()
    expect(tile(page, "bob").locator("[data-muted]")).to_be_hidden()
    bob.leave()
    expect(tile(page, "bob")).to_have_count(0)
    join(room, "cyd", audio=True)
    tile(page, "cyd").wait_for()

    page.get_by_role("button", name="Stop").click()
    until(lambda: not observers(livekit, room), PATIENCE)
    expect(page.locator("article")).to_have_count(0)
    page.get_by_role("button", name="Start watching").click()
    until(lambda: observers(livekit, room), PATIENCE)
    page.close(run_before_unload=True)
    until(lambda: not observers(livekit, room), PATIENCE)


def test_only_what_is_in_view_is_received(open_page: OpenPage, room: str, join: Join) -> None:
    for number in range(9):
        join(room, f"guest-{number}", audio=True)
    page = started(open_page, room, viewport=NARROW)
    cost = page.locator("[data-cost]")
    expect(cost).to_contain_text("of 9 participants visible")
    first, last = tile(page, "guest-0"), tile(page, "guest-8")
    expect(first.locator("[data-figure=bitrate] [data-value]")).not_to_have_text(
        NOT_TOLD, timeout=PATIENCE_MS
    )
    expect(last.locator("[data-figure=bitrate] [data-value]")).to_have_text(NOT_TOLD)
    last.scroll_into_view_if_needed()
    expect(last.locator("[data-figure=bitrate] [data-value]")).not_to_have_text(
        NOT_TOLD, timeout=PATIENCE_MS
    )
    expect(first.locator("[data-figure=bitrate] [data-value]")).to_have_text(
        NOT_TOLD, timeout=PATIENCE_MS
    )
    first.scroll_into_view_if_needed()
    # the time out of view is a gap between two lines
    line = first.locator("[data-figure=bitrate] path").element_handle()
    page.wait_for_function("e => e.getAttribute('d').split('M').length > 2", arg=line)
    assert wider(page) == []
    page.get_by_role("button", name="Stop").click()


def test_it_comes_back_when_livekit_does(
    open_page: OpenPage, empty: Dashboard, empty_stack: Stack, ask_empty: Ask, watch: Watch
) -> None:
    watch.allow(
        "WebSocket", "request to another origin", "ERR_CONNECTION", "status of (404|50[234])"
    )
    room = "watched"
    with Crowd(empty_stack.url, empty_stack.api_key, empty_stack.api_secret) as crowd:
        crowd.join(room, "before", video=True)
        page = started(open_page, room, at=empty.url)
        plays(page, "before")
        empty_stack.livekit.stop()
        page.locator("[data-watch]:not([data-state=joined])").wait_for(timeout=PATIENCE_MS)
        empty_stack.livekit.start()
        crowd.join(room, "after", video=True)
        page.locator("[data-watch][data-state=joined]").wait_for(timeout=PATIENCE_MS)
        plays(page, "after")
        page.get_by_role("button", name="Stop").click()
        until(lambda: not observers(ask_empty, room), PATIENCE)
    ask_empty("room.delete_room", api.DeleteRoomRequest(room=room))


def test_a_full_room_can_be_watched_and_no_figure_counts_it(
    open_page: OpenPage, crowd: Crowd, make_room: Callable[..., str], livekit: Ask, watch: Watch
) -> None:
    watch.allow("WebSocket", "request to another origin")
    room = make_room(max_participants=1)
    crowd.join(room, "ada", video=True)
    page = open_page(**SIGNING_IN)
    page.goto(room_path(room, "watch"))
    page.get_by_role("button", name="Start watching").click()
    page.locator("[data-watch][data-state=joined]").wait_for(timeout=PATIENCE_MS)
    assert observers(livekit, room)
    named = api.ListRoomsRequest(names=[room])
    until(lambda: livekit("room.list_rooms", named).rooms[0].num_participants == 1, PATIENCE)
    shown = page.request.get(room_path(room)).text()
    assert "1 participant" in shown
    assert "1 agent" not in shown
    assert room not in page.request.get(f"/agents?q={room}").text().partition("<tbody>")[2]
    page.get_by_role("button", name="Stop").click()
    until(lambda: not observers(livekit, room), PATIENCE)


def test_an_observer_left_alone_leaves(
    open_page: OpenPage, room: str, livekit: Ask, watch: Watch
) -> None:
    watch.allow("WebSocket", "request to another origin")
    page = open_page(**SIGNING_IN)
    page.clock.install()
    page.goto(room_path(room, "watch"))
    page.get_by_role("button", name="Start watching").click()
    page.locator("[data-watch][data-state=joined]").wait_for(timeout=PATIENCE_MS)
    assert observers(livekit, room)
    expect(page.locator(".htmx-request")).to_have_count(0)  # its time limit would pass too
    page.clock.fast_forward(31_000)
    expect(page.locator("[data-says]")).to_contain_text("the observer has left")
    until(lambda: not observers(livekit, room), PATIENCE)


def test_a_room_that_ended_is_said(
    open_page: OpenPage, make_room: Callable[..., str], livekit: Ask, watch: Watch
) -> None:
    watch.expect_status(404)
    room = make_room()
    page = started(open_page, room)
    livekit("room.delete_room", api.DeleteRoomRequest(room=room))
    expect(page.locator("[data-says]")).to_contain_text("is not open", timeout=PATIENCE_MS)
    assert livekit("room.list_rooms", api.ListRoomsRequest(names=[room])).rooms == []
