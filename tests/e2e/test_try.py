"""Joining a room in the browser with a token: seen and heard by the others, until one leaves."""

from livekit import api
from playwright.sync_api import Page, expect

from app.text.paths import room_path
from dev.stack import Stack
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import NARROW, Join, OpenPage
from tests.e2e.people import act
from tests.e2e.test_narrow import wider
from tests.e2e.test_watch_room import PATIENCE, PATIENCE_MS, SIGNING_IN, plays, there, tile
from tests.e2e.watch import Watch
from tests.routes.asked import Ask
from tests.support.waiting import until

# Whether a video plays what a camera sends.
PLAYS = """([video, camera]) => video.currentTime > 0
    && video.srcObject?.getVideoTracks()[0]?.getSettings().deviceId === camera"""
HELLO = '{"say": "<b>hello</b>"}'


def joined(page: Page) -> None:
    """Press join, and wait until the page is in the room."""
    page.get_by_role("button", name="Join").click()
    page.locator("[data-try][data-state=joined]").wait_for(timeout=PATIENCE_MS)


def test_a_new_token_joins_and_takes_part(
    open_page: OpenPage, room: str, join: Join, livekit: Ask
) -> None:
    ada = join(room, "ada", name="Ada", audio=True, video=True)
    first = open_page(room_path(room), **SIGNING_IN)
    act(first, "Create token")
    first.get_by_role("textbox", name="Identity").fill("eve & <co>")
    first.get_by_role("button", name="Create token").click()
    with first.context.expect_page() as opened:
        first.get_by_role("button", name="Try it in the browser").click()
    page = opened.value
    joined(page)
    assert page.url.endswith("/try")
    plays(page, "ada")
    assert not there(livekit, room)["eve & <co>"].tracks

    page.get_by_role("button", name="Microphone").click()
    page.get_by_role("button", name="Camera").click()

    def sources() -> dict[int, bool]:
        return {t.source: t.muted for t in there(livekit, room)["eve & <co>"].tracks}

    until(lambda: len(sources()) == 2, PATIENCE)
    expect(page.locator("[data-own]")).to_be_visible()
    level = page.locator("[data-level]").element_handle()
    page.wait_for_function("m => m.value > 0.1", arg=level, timeout=PATIENCE_MS)
    microphones = page.get_by_label("Microphone", exact=True)
    until(lambda: microphones.locator("option").count() > 1, PATIENCE)
    other = str(microphones.locator("option:not(:checked)").last.get_attribute("value"))
    microphones.select_option(other)
    expect(microphones).to_have_value(other)  # else it falls back to the one in use
    for heard in ("m.value < 0.1", "m.value > 0.1"):  # it beeps; the last beep was the other's
        page.wait_for_function(f"m => {heard}", arg=level, timeout=PATIENCE_MS)
    cameras = page.get_by_label("Camera", exact=True)
    second = str(cameras.locator("option:not(:checked)").get_attribute("value"))
    cameras.select_option(second)
    own = page.locator("[data-own]").element_handle()
    page.wait_for_function(PLAYS, arg=[own, second], timeout=PATIENCE_MS)
    expect(cameras).to_have_value(second)
    expect(page.locator("[data-trouble]")).to_be_hidden()
    page.get_by_role("button", name="Microphone").click()
    until(lambda: sources()[api.TrackSource.MICROPHONE], PATIENCE)

    page.get_by_role("textbox", name="Message").fill(HELLO)
    page.get_by_label("Topic").fill("chat")
    page.get_by_role("button", name="Send to all").click()
    until(lambda: ("chat", HELLO.encode()) in ada.received, PATIENCE)
    answer = api.SendDataRequest(room=room, data=HELLO.encode(), topic="back")
    livekit("room.send_data", answer)
    expect(page.locator("[data-messages] li")).to_have_count(2, timeout=PATIENCE_MS)
    expect(page.locator("[data-messages] li").last).to_contain_text(HELLO)
    assert problems_everywhere(page) == {}
    page.set_viewport_size(NARROW)
    assert wider(page) == []
    ada.leave()
    expect(tile(page, "ada")).to_have_count(0)
    page.get_by_role("button", name="Leave").click()
    expect(page.locator("[data-says]")).to_have_text("You left the room.")
    until(lambda: "eve & <co>" not in there(livekit, room), PATIENCE)


def test_what_a_token_does_not_allow_cannot_be_pressed(
    open_page: OpenPage, room: str, stack: Stack, livekit: Ask
) -> None:
    grants = api.VideoGrants(room_join=True, room=room, can_publish=False)
    token = api.AccessToken(stack.api_key, stack.api_secret).with_identity("quiet")
    page = open_page("/try", **SIGNING_IN)
    page.get_by_label("Token").fill(token.with_grants(grants).to_jwt())
    joined(page)
    expect(page.get_by_role("button", name="Microphone")).to_be_disabled()
    expect(page.get_by_role("button", name="Camera")).to_be_disabled()
    who = api.RoomParticipantIdentity(room=room, identity="quiet")
    livekit("room.remove_participant", who)
    expect(page.locator("[data-says]")).to_contain_text("participant removed")


def test_a_token_that_livekit_refuses(open_page: OpenPage, watch: Watch) -> None:
    watch.allow("WebSocket", "request to another origin", "status of 401")
    page = open_page("/try", **SIGNING_IN)
    page.get_by_label("Token").fill("no.token.atall")
    page.get_by_role("button", name="Join").click()
    expect(page.locator("[data-says]")).to_contain_text(
        "LiveKit rejected the token", timeout=PATIENCE_MS
    )
    expect(page.get_by_role("button", name="Join")).to_be_enabled()
