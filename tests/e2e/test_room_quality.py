"""Connection quality as a column of a room's page, which the browser remembers."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from app.text.paths import room_path
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import NARROW, Join, OpenPage
from tests.e2e.people import row
from tests.e2e.test_narrow import wider
from tests.e2e.test_watch_room import PATIENCE, PATIENCE_MS, SIGNING_IN, observers
from tests.e2e.watch import Watch
from tests.support.dashboard import Dashboard
from tests.support.waiting import until

# All that the page receives of media, by WebRTC's own statistics.
COUNT = """
window.connections = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) { super(...given); window.connections.push(this); }
};
"""
RECEIVED = """async () => {
  const reports = await Promise.all(window.connections.map((each) => each.getStats()));
  const found = reports.flatMap((report) => [...report.values()]);
  return found.filter((e) => e.type === "inbound-rtp").reduce((sum, e) => sum + e.bytesReceived, 0);
}"""

SOUND = ("AudioContext was not allowed to start", "auto-resume audio context")


def test_it_is_shown_and_costs_no_media(
    open_page: OpenPage,
    quick: Dashboard,
    room: str,
    join: Join,
    livekit: Callable[..., Any],
    watch: Watch,
) -> None:
    # livekit-client makes itself ready for sound, wanted or not; a page just loaded may not, and
    # one that is left soon closes it while it is being made ready
    watch.allow(*SOUND)
    ada = join(room, "ada", name="Ada", audio=True, video=True)
    join(room, "bob's <b>", audio=True)
    join(room, "mute")
    page = open_page(at=quick.url, **SIGNING_IN)
    page.add_init_script(COUNT)
    page.goto(room_path(room))
    assert not page.evaluate("window.LivekitClient")
    assert not observers(livekit, room)
    page.get_by_role("link", name="Connection quality").click()
    tags = page.locator("[data-quality-of]")
    expect(tags).to_have_text(["excellent", "excellent"], timeout=PATIENCE_MS)
    assert {*ada.room.remote_participants} == {"bob's <b>", "mute"}
    page.get_by_role(
        "link", name="Show 1 observer"
    ).wait_for()  # by a refresh, which keeps what was reported
    expect(tags).to_have_text(["excellent", "excellent"])
    expect(page.locator("[data-says]")).to_have_text("On this page: 2 excellent.")
    before = page.evaluate(RECEIVED)
    page.reload()
    expect(tags).to_have_text(["excellent", "excellent"], timeout=PATIENCE_MS)
    assert before < 20_000  # what came before the tracks were paused
    assert problems_everywhere(page) == {}
    join(room, "cyd", audio=True)
    expect(tags).to_have_text(["excellent"] * 3, timeout=PATIENCE_MS)
    page.set_viewport_size(NARROW)
    assert wider(page) == []
    page.get_by_role("link", name="Hide quality").click()
    expect(tags).to_have_count(0)
    until(lambda: not observers(livekit, room), PATIENCE)


def test_the_browser_remembers_it_with_the_order_worst_first_and_filters_by_it(
    open_page: OpenPage,
    quick: Dashboard,
    room: str,
    join: Join,
    livekit: Callable[..., Any],
    watch: Watch,
) -> None:
    watch.allow(*SOUND)
    join(room, "ann")  # publishes nothing, so nobody rates her
    join(room, "bob", audio=True)
    join(room, "cyd", audio=True)
    page = open_page(room_path(room), at=quick.url, **SIGNING_IN)
    page.get_by_role("link", name="Connection quality").click()
    page.goto("/rooms")
    page.goto(room_path(room))
    tags, names = page.locator("[data-quality-of]"), page.locator("td.person a:visible")
    expect(tags).to_have_text(["excellent", "excellent"], timeout=PATIENCE_MS)
    expect(row(page, "ann")).to_contain_text("Not rated")
    expect(names).to_have_text(["ann", "bob", "cyd"])
    head = page.get_by_role("columnheader", name="Quality")
    expect(head).to_have_attribute("aria-sort", "none")
    head.get_by_role("button").click()
    expect(names).to_have_text(["bob", "cyd", "ann"])
    expect(head).to_have_attribute("aria-sort", "ascending")
    join(room, "abe", audio=True)  # a refresh keeps the order, and puts the new one into it
    expect(names).to_have_text(["abe", "bob", "cyd", "ann"], timeout=PATIENCE_MS)
    page.get_by_label("Select all on this page").check()
    page.get_by_role("combobox", name="Quality").select_option("Not measured")
    expect(names).to_have_text(["ann"])
    page.get_by_role("combobox", name="Quality").select_option("Excellent")
    expect(names).to_have_text(["abe", "bob", "cyd"])
    page.get_by_role("combobox", name="Quality").select_option("Poor or lost")
    expect(names).to_have_count(0)
    expect(page.locator("[data-selected-count]")).to_have_text("")
    page.reload()
    expect(names).to_have_text(["abe", "bob", "cyd", "ann"], timeout=PATIENCE_MS)
    page.get_by_role("link", name="Hide quality").click()
    page.goto(room_path(room))
    expect(names).to_have_text(["abe", "ann", "bob", "cyd"])
    expect(tags).to_have_count(0)
    until(lambda: not observers(livekit, room), PATIENCE)


def test_without_scripts_there_is_no_column(open_page: OpenPage, room: str, join: Join) -> None:
    join(room, "ann", audio=True)
    page = open_page(f"{room_path(room)}?quality=1", java_script_enabled=False)
    expect(page.get_by_role("columnheader", name="Name")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Quality")).to_have_count(0)
    expect(page.get_by_role("link", name="quality")).to_have_count(0)
