"""Finding somebody in any room, and moderating them on their own page, in the browser."""

import secrets
from collections.abc import Callable

import pytest
from livekit import api
from playwright.sync_api import Page, expect

from app.services.rooms import scan
from app.text.paths import participant_path, room_path
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import NARROW, Join, OpenPage, Stage
from tests.e2e.polls import mark, never_reloaded
from tests.e2e.test_narrow import LONG, wider
from tests.e2e.watch import Watch
from tests.routes.asked import Ask
from tests.support.dashboard import Dashboard
from tests.support.waiting import until

SEARCH = "dialog [data-search] input[name=q]"


def test_somebody_is_found_in_the_list_and_muted_on_their_page(
    page: Page, room: str, join: Join
) -> None:
    ada = join(room, f"ada-{room}", name="Ada", audio=True)
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Participants").click()
    page.get_by_label("Filter by name, identity, room or number").fill(room)
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(1)
    page.get_by_role("combobox", name="Tracks", exact=True).select_option("camera")
    expect(page.get_by_text("No matching participants")).to_be_visible()
    page.get_by_role("combobox", name="Tracks", exact=True).select_option("microphone")
    expect(rows).to_have_count(1)
    expect(rows.get_by_role("img", name="Microphone, live")).to_be_visible()
    rows.get_by_role("link", name="Ada").click()
    page.wait_for_url(f"**{participant_path(room, ada.identity)}")
    mark(page)
    page.get_by_role("button", name="Mute", exact=True).click()
    expect(page.locator("#toasts .toast")).to_contain_text("microphone was muted")
    expect(page.get_by_role("button", name="Unmute", exact=True)).to_be_visible()
    until(lambda: ada.muted["microphone"])
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Display name").fill("Ada Lovelace")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main h1")).to_have_text("Ada Lovelace")
    never_reloaded(page)
    page.get_by_role("navigation", name="Breadcrumbs").get_by_role("link", name=room).click()
    page.wait_for_url(f"**{room_path(room)}")


def test_the_page_follows_and_keeps_what_it_had_when_somebody_leaves(
    open_page: OpenPage, quick: Dashboard, watch: Watch, livekit: Ask, room: str, join: Join
) -> None:
    watch.expect_status(404)
    ada = join(room, "ada")
    page = open_page(participant_path(room, "ada"), at=quick.url)
    expect(page.get_by_text("No tracks")).to_be_visible()
    ada.publish("microphone")
    expect(page.get_by_role("cell", name="Microphone")).to_be_visible()
    livekit("room.remove_participant", api.RoomParticipantIdentity(room=room, identity="ada"))
    expect(page.locator("#stale")).to_contain_text(f"ada is no longer in room {room}")
    expect(page.get_by_role("cell", name="Microphone")).to_be_visible()
    page.reload()
    expect(page.locator("main h1")).to_have_text(f"ada is no longer in room {room}")
    page.get_by_role("link", name="Go to the room").click()
    page.wait_for_url(f"**{room_path(room)}")


def test_removing_somebody_leads_to_the_room(page: Page, room: str, join: Join) -> None:
    ada = join(room, "ada")
    page.goto(participant_path(room, "ada"))
    page.get_by_role("link", name="Remove…").click()
    page.get_by_role("button", name="Remove participant").click()
    page.wait_for_url(f"**{room_path(room)}")
    expect(page.get_by_text("ada was removed.")).to_be_visible()
    until(lambda: not ada.connected)


@pytest.mark.parametrize("where", ["the dialog", "the page"])
def test_the_search_goes_through_every_room(
    page: Page,
    make_room: Callable[..., str],
    join: Join,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
) -> None:
    tag = secrets.token_hex(4)
    rooms = [make_room() for _ in range(3)]
    for room in rooms:
        join(room, f"{tag}-in-{room}")
    monkeypatch.setattr(scan, "ROOMS", 1)
    page.goto("/egress" if where == "the dialog" else f"/search?q={tag}")
    if where == "the dialog":
        page.keyboard.press("Control+k")
        page.locator(SEARCH).fill(tag)
    hits = page.locator("[data-hit]")
    onward = page.get_by_role("link", name="Search the remaining")
    found: set[str] = set()
    for _ in range(200):
        expect(page.locator("#found")).to_have_attribute("data-q", tag)
        found |= {hit.get_attribute("href") or "" for hit in hits.all()}
        if not onward.count():
            break
        before = onward.text_content() or ""
        onward.click()
        expect(page.get_by_role("link", name=before)).to_have_count(0)
    assert found >= {participant_path(room, f"{tag}-in-{room}") for room in rooms}
    assert page.locator("dialog").is_visible() == (where == "the dialog")
    page.get_by_role("link", name="Back to the first rooms").click()
    expect(onward).to_be_visible()


def test_without_scripts_it_is_a_form_and_actions_come_back(
    open_page: OpenPage, room: str, join: Join
) -> None:
    join(room, "ada", audio=True)
    page = open_page("/participants", java_script_enabled=False)
    page.get_by_label("Filter by name, identity, room or number").fill(room)
    page.get_by_role("combobox", name="Type").select_option("standard")
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("link", name="ada").click()
    page.get_by_role("button", name="Mute", exact=True).click()
    expect(page.get_by_text("ada: microphone was muted.")).to_be_visible()
    assert page.url.endswith(participant_path(room, "ada"))


def test_axe_finds_nothing(open_page: OpenPage, stage: Stage, watch: Watch) -> None:
    watch.expect_status(404)
    page = open_page()
    for path in (
        "/participants",
        "/participants?q=nobody-has-this",
        participant_path(stage.room, "ada"),
        participant_path(stage.room, "nobody"),
    ):
        page.goto(path)
        assert problems_everywhere(page) == {}, path


def test_the_longest_names_fit_a_narrow_window(
    open_page: OpenPage, make_room: Callable[..., str], join: Join, watch: Watch
) -> None:
    watch.expect_status(404)
    room = make_room(LONG)
    told = {LONG: LONG, "sip.phoneNumber": LONG}
    join(
        room,
        LONG,
        name=LONG,
        metadata=LONG,
        attributes=told,
        kind="sip",
        audio=True,
        video=True,
        tracks_named=LONG,
    )
    page = open_page(viewport=NARROW)
    for path in (
        f"/participants?q={LONG}",
        participant_path(room, LONG),
        participant_path(room, f"{LONG[:-1]}x"),
    ):
        page.goto(path)
        assert wider(page) == [], path
