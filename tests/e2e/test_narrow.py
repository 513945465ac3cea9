"""At 360 pixels nothing is wider than the window, whatever the names are."""

from collections.abc import Callable
from typing import Any

from livekit import api
from playwright.sync_api import Page, expect

from app.text.paths import participant_path, room_path
from dev.workers import Standin, StreamFailure
from tests.e2e.conftest import NARROW, Join, OpenPage
from tests.e2e.jobs import ALL_OUTPUTS, begin, unfolded
from tests.e2e.people import act
from tests.e2e.watch import Watch

LONG = "w" * 256
# What can be seen and reaches out of the window or the dialog, but for what a box of its own cuts.
WIDER = """() => {
  const frame = document.querySelector("dialog[open]") ?? document.documentElement;
  const edges = frame.getBoundingClientRect();
  const cuts = (e) => getComputedStyle(e).overflowX !== "visible";
  const cut = (e) => e !== frame && (cuts(e) || cut(e.parentElement));
  const out = [...frame.querySelectorAll("*")].filter((e) => {
    const box = e.getBoundingClientRect();
    if (!e.checkVisibility() || !box.width || cut(e.parentElement)) return false;
    return box.right > edges.right + 1 || box.left < edges.left - 1;
  });
  const frames = [frame, document.documentElement].filter((e) => e.scrollWidth > e.clientWidth);
  return [...frames, ...out].map((e) => `${e.scrollWidth} ${e.outerHTML.slice(0, 160)}`);
}"""


def wider(page: Page) -> list[str]:
    """Return what reaches out of the window."""
    assert page.evaluate("innerWidth") == 360
    return list(page.evaluate(WIDER))


def test_pages_with_the_longest_names(
    open_page: OpenPage, make_room: Callable[..., str], join: Join
) -> None:
    room = make_room(LONG, metadata=LONG)
    join(room, LONG, name=LONG, metadata=LONG, attributes={LONG: LONG}, audio=True, video=True)
    page = open_page(viewport=NARROW)
    for path in ("/", f"/rooms?q={LONG}", f"/rooms?q={LONG}x", room_path(room), "/rooms/-/new"):
        page.goto(path)
        for summary in page.locator("main details:not(.menu) > summary").all():
            summary.click()
        assert wider(page) == [], path
    for form in ("edit", "delete", "send"):
        page.goto(room_path(room, form))
        assert wider(page) == [], form
    page.goto(f"/sandbox?room={LONG}&identity={LONG}&name={LONG}")
    for step in ("Create token", "Check token", "Decode token"):
        for summary in page.locator("main details > summary").all():
            summary.click()
        assert wider(page) == [], step
        page.get_by_role("button", name=step, exact=True).click()
    for form in ("edit", "permissions", "subscriptions", "send", "rpc", "remove"):
        page.goto(participant_path(room, LONG, form))
        assert wider(page) == [], form
    join(room, "other")  # who can subscribe to the tracks of the other
    page.goto(participant_path(room, "other", "subscriptions"))
    assert wider(page) == []


def test_dialogs_menus_and_toasts_with_the_longest_names(
    open_page: OpenPage, make_room: Callable[..., str], join: Join
) -> None:
    room = make_room(LONG)
    join(room, LONG, name=LONG, audio=True)
    page = open_page(room_path(room), viewport=NARROW)
    page.locator("tbody details.menu > summary").click()
    assert wider(page) == []
    page.get_by_role("link", name="Remove…").click()
    page.get_by_role("button", name="Remove participant").wait_for()
    assert wider(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Details of").click()
    page.get_by_role("button", name="Mute", exact=True).click()
    page.locator("#toasts .toast").wait_for()
    assert wider(page) == []
    act(page, "Create token")
    page.get_by_role("textbox", name="Identity").fill(LONG)
    page.get_by_role("button", name="Create token").click()
    page.locator("#token").wait_for()
    assert wider(page) == []
    page.goto(f"/rooms?q={LONG}")
    page.locator("tbody details.menu > summary").click()
    assert wider(page) == []
    page.locator("[data-select-all]").check()
    page.get_by_role("button", name="Delete…").click()
    page.get_by_role("button", name="Delete 1 room").click()
    page.get_by_role("heading", name="1 of 1 room deleted").wait_for()
    assert wider(page) == []


def test_notes_and_errors_with_the_longest_names(
    open_page: OpenPage, livekit: Callable[..., Any], watch: Watch
) -> None:
    livekit("room.create_room", api.CreateRoomRequest(name=LONG))
    page = open_page("/rooms", viewport=NARROW)
    page.get_by_role("link", name="New room").first.click()
    page.get_by_role("textbox", name="Name").fill(LONG)
    page.get_by_role("button", name="Create room").click()
    page.locator("dialog .notice.bad").wait_for()
    assert wider(page) == []
    page.goto(room_path(LONG, "delete"))
    page.get_by_role("button", name="Delete room").click()
    page.locator("main > .notice").wait_for()
    assert wider(page) == []
    page.goto(room_path(LONG))
    assert wider(page) == []
    watch.expect_status(409, 404)


def test_egress_with_the_longest_names(
    open_page: OpenPage,
    make_room: Callable[..., str],
    livekit: Callable[..., Any],
    standin: Standin,
) -> None:
    room, url = make_room(LONG), f"rtmps://{LONG}.example/live/key"
    why = StreamFailure(url, error=f"no answer from {url}", retries=9)
    standin.plan(room, streams_fail=[why], details=LONG, manifest_location=f"s3://b/{LONG}")
    outputs = ALL_OUTPUTS | {
        "file_outputs": [api.EncodedFileOutput(filepath=f"{LONG}/{LONG}.mp4")],
        "stream_outputs": [api.StreamOutput(urls=[url, "rtmp://127.0.0.1/live/key"])],
    }
    running = begin(livekit, room, layout=LONG, **outputs)
    failed = begin(livekit, room, layout=LONG, **outputs)
    standin.end(failed, "failed", error=f"{LONG} upload failed: {LONG}")
    page = open_page(f"/egress?room={LONG}", viewport=NARROW)
    assert wider(page) == []
    row = page.locator(f"tr#{running}")
    link, inside = row.get_by_role("link", name=running), row.locator(".only-medium [data-end]")
    expect(inside).to_have_text(LONG)
    for needed in (row.locator(".tag").first, link, inside):
        expect(needed).to_be_in_viewport(ratio=1)
    expect(page.locator(f"tr#{failed} .error")).to_be_in_viewport()
    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="Stop…", exact=True).click()
    expect(page.get_by_role("button", name="Stop 1 job")).to_be_in_viewport(ratio=1)
    assert wider(page) == []
    for path in ("/", room_path(room), f"/egress/{running}", f"/egress/{failed}"):
        page.goto(path)
        assert wider(page) == [], path
    figures = page.locator("[aria-labelledby=outputs] .only-narrow")
    expect(figures.first).to_be_visible()  # their own columns are not there
    for form in ("stop", "layout", "streams"):
        page.goto(f"/egress/{running}/{form}")
        assert wider(page) == [], form


def test_forms_of_egress_with_the_longest_names(
    open_page: OpenPage, make_room: Callable[..., str], join: Join, watch: Watch
) -> None:
    room = make_room(LONG)
    join(room, LONG, name=LONG, audio=True, video=True)
    page = open_page(viewport=NARROW)
    for kind in ("room_composite", "participant", "track_composite", "track", "web"):
        page.goto(f"/egress/-/new?type={kind}&room={LONG}")
        unfolded(page, "s3")
        assert wider(page) == [], kind
        for tab in page.locator(".tabs a").all():
            expect(tab).to_be_visible()
    page.goto(room_path(room))
    page.get_by_role("link", name="Record").click()
    page.locator("main #f-layout").fill(LONG)
    page.locator("main #f-file").uncheck()
    page.get_by_role("button", name="Start recording").click()
    page.locator("main [aria-invalid]").first.wait_for()
    assert wider(page) == []
    expect(page.get_by_role("button", name="Start recording")).to_be_in_viewport(ratio=1)
    watch.expect_status(422)
