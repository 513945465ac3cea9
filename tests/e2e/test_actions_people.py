"""What is done to participants in the browser happens to the real ones."""

import json
from typing import Any

from livekit import api, rtc
from playwright.sync_api import Page, expect

from app.text.paths import participant_path, room_path
from dev.participants import Crowd
from dev.stack import Stack
from tests.e2e.conftest import Join, OpenPage
from tests.e2e.people import act, choose, expanded, row
from tests.e2e.polls import mark, never_reloaded
from tests.routes.asked import Ask
from tests.support.dashboard import Dashboard
from tests.support.waiting import until


def seen(livekit: Ask, room: str, identity: str) -> Any:
    """Return the participant as LiveKit has it."""
    asked = api.RoomParticipantIdentity(room=room, identity=identity)
    return livekit("room.get_participant", asked)


def test_mutes_and_unmutes_a_real_track(page: Page, room: str, join: Join) -> None:
    ada = join(room, "ada", audio=True)
    page.goto(room_path(room))
    mark(page)
    track = expanded(page, "ada").locator(".track")
    track.get_by_role("button", name="Mute").click()
    expect(track).to_contain_text("muted")
    toast = page.locator("#toasts").get_by_role("link", name="ada: microphone was muted.")
    expect(toast).to_have_attribute("href", participant_path(room, "ada"))
    until(lambda: ada.muted["microphone"])
    track.get_by_role("button", name="Unmute").click()
    expect(track).to_contain_text("live")
    until(lambda: not ada.muted["microphone"])
    never_reloaded(page)


def test_mutes_everything_of_one(page: Page, room: str, join: Join) -> None:
    ada, bob = (join(room, who, audio=True, video=who == "ada") for who in ("ada", "bob"))
    page.goto(room_path(room))
    choose(page, "ada", "Mute all tracks")
    expect(page.locator("#toasts .toast")).to_contain_text("ada: 2 tracks muted.")
    until(lambda: all(ada.muted.values()))
    assert not any(bob.muted.values())
    muted = ["Microphone, muted", "Camera, muted"]
    for icon, label in zip(row(page, "ada").locator(".kinds svg").all(), muted, strict=True):
        expect(icon).to_have_attribute("aria-label", label)
    expect(row(page, "bob").locator(".kinds svg")).to_have_attribute(
        "aria-label", "Microphone, live"
    )


def test_removes_a_real_participant(page: Page, room: str, join: Join) -> None:
    ada, bob = (join(room, who) for who in ("ada", "bob"))
    page.goto(room_path(room))
    choose(page, "ada", "Remove…")
    dialog = page.get_by_role("dialog", name="Remove this participant?")
    expect(dialog).to_contain_text("ada")
    dialog.get_by_role("button", name="Remove").click()
    assert until(lambda: ada.disconnect_reason) == "PARTICIPANT_REMOVED"
    expect(row(page, "ada")).to_have_count(0)
    expect(page.locator("#toasts .toast")).to_contain_text("ada was removed.")
    expect(row(page, "bob")).to_be_visible()
    assert bob.connected


def test_sends_data_to_one_and_to_all(page: Page, room: str, join: Join) -> None:
    ada, bob = (join(room, who) for who in ("ada", "bob"))
    page.goto(room_path(room))
    choose(page, "ada", "Send data")
    page.get_by_role("textbox", name="Payload").fill("for ada\nalone é")
    page.get_by_role("textbox", name="Topic").fill("note")
    page.get_by_role("button", name="Send data", exact=True).click()
    expect(page.locator("#toasts .toast")).to_contain_text("16 bytes were sent to ada.")
    act(page, "Send data to all")
    page.get_by_role("textbox", name="Payload").fill("for all")
    page.get_by_role("button", name="Send to all").click()
    expect(page.locator("#toasts .toast").last).to_contain_text("sent to all")
    assert until(lambda: bob.received) == [("", b"for all")]
    until(lambda: len(ada.received) == 2)
    assert ada.received == [("note", "for ada\nalone é".encode()), ("", b"for all")]


def test_makes_a_token_that_lets_one_join(
    open_page: OpenPage, quick: Dashboard, room: str, crowd: Crowd, stack: Stack
) -> None:
    page = open_page(room_path(room), at=quick.url)
    act(page, "Create token")
    page.get_by_role("textbox", name="Identity").fill("eve")
    page.get_by_role("textbox", name="Display name").fill("Eve B.")
    page.get_by_text("Permissions", exact=True).click()
    page.get_by_role("checkbox", name="Send data").uncheck()
    page.get_by_role("button", name="Create token").click()
    expect(page.get_by_role("heading", name="Token for eve")).to_be_visible()
    token = page.get_by_role("textbox", name="Token").input_value()

    async def join() -> rtc.Room:
        joined = rtc.Room()
        await joined.connect(stack.url, token)
        return joined

    joined = crowd.wait_for(join())
    try:
        assert joined.name == room
        page.get_by_role("link", name="Open room").click()
        expect(row(page, "Eve B.")).to_be_visible()
        facts = expanded(page, "Eve B.").locator(".facts")
        expect(facts).to_contain_text("subscribe, publish")
        expect(facts).not_to_contain_text("send data")
    finally:
        crowd.wait_for(joined.disconnect())


def test_edits_name_metadata_and_attributes(
    page: Page, livekit: Ask, room: str, join: Join
) -> None:
    join(room, "ada", name="Ada", attributes={"seat": "7", "row": "2"})
    page.goto(room_path(room))
    choose(page, "Ada", "Edit")
    page.get_by_role("textbox", name="Display name").fill("Ada L.")
    page.get_by_role("textbox", name="Metadata").fill('{"role": "host"}')
    page.get_by_role("textbox", name="Attributes").fill('{"seat": "8"}')
    page.get_by_role("button", name="Save").click()
    expect(row(page, "Ada L.")).to_be_visible()
    ada = seen(livekit, room, "ada")
    assert (ada.name, json.loads(ada.metadata)) == ("Ada L.", {"role": "host"})
    assert dict(ada.attributes) == {"seat": "8"}


def test_changes_permissions(page: Page, livekit: Ask, room: str, join: Join) -> None:
    join(room, "ada", audio=True)
    page.goto(room_path(room))
    choose(page, "ada", "Permissions")
    page.get_by_role("checkbox", name="publish", exact=True).uncheck()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts .toast")).to_contain_text("permissions of ada were saved")
    until(lambda: not seen(livekit, room, "ada").tracks)
    permission = seen(livekit, room, "ada").permission
    assert (permission.can_publish, permission.can_subscribe) == (False, True)


def test_subscribes_one_to_the_track_of_another(page: Page, room: str, join: Join) -> None:
    ada, bob = join(room, "ada", audio=True), join(room, "bob")
    assert not bob.subscribed
    page.goto(room_path(room))
    choose(page, "bob", "Subscriptions")
    page.get_by_role("checkbox", name="microphone").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#toasts .toast")).to_contain_text("bob: subscribed, 1 track.")
    until(lambda: bob.subscribed == {ada.track_sids["microphone"]})
