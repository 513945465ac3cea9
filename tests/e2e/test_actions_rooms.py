"""What is done to rooms in the browser is done on the server, and said."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from livekit import api
from playwright.sync_api import Page, expect

from app.text.paths import room_path
from tests.e2e.conftest import Join, OpenPage
from tests.e2e.people import act
from tests.e2e.polls import mark, never_reloaded
from tests.e2e.watch import Watch
from tests.routes.asked import Ask
from tests.support.dashboard import PASSWORD
from tests.support.waiting import until


def opened(livekit: Ask, *names: str) -> dict[str, Any]:
    """Return those of the rooms that are open, by name."""
    rooms = livekit("room.list_rooms", api.ListRoomsRequest(names=names)).rooms
    return {room.name: room for room in rooms}


@pytest.fixture
def shelf(make_room: Callable[..., str]) -> list[str]:
    """Return three rooms with a text of their own in their names."""
    part = f"shelf-{secrets.token_hex(4)}"
    return [make_room(f"{part}-{end}") for end in "abc"]


def shown(page: Page, name: str) -> Any:
    """Return the row of the room."""
    return page.get_by_role("row", name=name)


def test_creates_a_room_in_the_dialog(page: Page, livekit: Ask, watch: Watch) -> None:
    name = f"made-{secrets.token_hex(4)}"
    page.goto("/rooms")
    mark(page)
    page.locator(".page-head").get_by_role("link", name="New room").click()
    dialog = page.get_by_role("dialog", name="New room")
    dialog.get_by_role("textbox", name="Metadata").fill('{"a":')
    most = dialog.get_by_role("textbox", name="Max participants")
    most.fill("seven")
    dialog.get_by_role("button", name="Create room").click()
    field = dialog.get_by_role("textbox", name="Name")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description("This field is required.")
    expect(dialog.get_by_role("textbox", name="Metadata")).to_have_value('{"a":')
    expect(dialog.get_by_text("This looks like JSON")).to_be_visible()
    expect(most).to_have_value("seven")
    expect(most).to_have_attribute("aria-invalid", "true")
    never_reloaded(page)
    field.fill(name)
    most.fill("7")
    dialog.get_by_role("textbox", name="Metadata").fill('{"a": 1}')
    field.press("Enter")
    expect(page).to_have_url(room_path(name))
    expect(page.locator(".notice.ok")).to_have_text(f"Room {name} is open.")
    room = opened(livekit, name)[name]
    assert (room.metadata, room.max_participants) == ('{"a": 1}', 7)
    page.reload()
    expect(page.locator(".notice.ok")).to_have_count(0)
    livekit("room.delete_room", api.DeleteRoomRequest(room=name))
    watch.expect_status(422)


def test_a_room_that_is_open_already_is_said_in_the_dialog(
    page: Page, room: str, watch: Watch
) -> None:
    page.goto("/")
    page.goto("/rooms")
    page.locator(".page-head").get_by_role("link", name="New room").click()
    page.get_by_role("textbox", name="Name").fill(room)
    page.get_by_role("button", name="Create room").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("already open")
    expect(page.get_by_role("textbox", name="Name")).to_have_value(room)
    watch.expect_status(409)


def test_edits_metadata_in_the_dialog(page: Page, livekit: Ask, room: str) -> None:
    page.goto(f"{room_path(room)}?tab=details")
    mark(page)
    page.get_by_role("region", name="Metadata").get_by_role("link", name="Edit metadata").click()
    page.get_by_role("textbox", name="Metadata").fill('{"b": [1, 2]}')
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts .toast.ok")).to_have_text(f"The metadata of {room} was saved.")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("pre.meta")).to_have_text('{\n  "b": [\n    1,\n    2\n  ]\n}')
    never_reloaded(page)
    assert opened(livekit, room)[room].metadata == '{"b": [1, 2]}'
    page.locator("[data-toast-close]").click()
    expect(page.locator("#toasts .toast")).to_have_count(0)


def test_deletes_a_room_after_a_question(page: Page, livekit: Ask, room: str, join: Join) -> None:
    ada = join(room, "ada")
    page.goto(room_path(room))
    act(page, "Delete room…")
    dialog = page.get_by_role("dialog", name="Delete this room?")
    expect(dialog).to_contain_text(room)
    dialog.get_by_role("link", name="Cancel").click()
    expect(dialog).to_be_hidden()
    assert room in opened(livekit, room)
    act(page, "Delete room…")
    dialog.get_by_role("button", name="Delete room").click()
    expect(page.locator(".notice.ok")).to_have_text(f"Room {room} was deleted.")
    expect(page).to_have_url("/rooms")
    assert room not in opened(livekit, room)
    assert until(lambda: ada.disconnect_reason) == "ROOM_DELETED"


def test_deletes_a_room_out_of_the_list(page: Page, livekit: Ask, shelf: list[str]) -> None:
    page.goto(f"/rooms?q={shelf[0][:-2]}")
    mark(page)
    shown(page, shelf[1]).locator("details.menu > summary").click()
    shown(page, shelf[1]).get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete room").click()
    expect(shown(page, shelf[1])).to_be_hidden()
    expect(page.locator("#toasts .toast")).to_contain_text(f"Room {shelf[1]} was deleted.")
    expect(page.locator("main")).to_be_focused()
    never_reloaded(page)
    assert set(opened(livekit, *shelf)) == {shelf[0], shelf[2]}


def test_deletes_the_ticked_rooms(page: Page, livekit: Ask, shelf: list[str]) -> None:
    page.goto(f"/rooms?q={shelf[0][:-2]}")
    mark(page)
    delete = page.get_by_role("button", name="Delete…")
    expect(delete).to_be_disabled()
    page.get_by_label("Select all on this page").check()
    expect(page.locator("[data-selected-count]")).to_have_text("3 selected")
    page.get_by_label(f"Select {shelf[1]}").uncheck()
    delete.click()
    dialog = page.get_by_role("dialog", name="Delete 2 rooms?")
    expect(dialog.locator(".results .name")).to_have_text([shelf[0], shelf[2]])
    dialog.get_by_role("button", name="Delete 2 rooms").click()
    expect(page.get_by_role("dialog", name="2 of 2 rooms deleted")).to_be_visible()
    expect(page.get_by_role("dialog").locator(".results .why")).to_have_text(["deleted", "deleted"])
    assert set(opened(livekit, *shelf)) == {shelf[1]}
    page.get_by_role("dialog").get_by_role("link", name="Back to the rooms").click()
    expect(shown(page, shelf[0])).to_be_hidden()
    expect(shown(page, shelf[1])).to_be_visible()
    never_reloaded(page)


def test_the_number_is_typed_where_somebody_is_disconnected(
    page: Page, livekit: Ask, shelf: list[str], join: Join, watch: Watch
) -> None:
    join(shelf[1], "ada")
    until(lambda: opened(livekit, *shelf)[shelf[1]].num_participants)
    page.goto(f"/rooms?q={shelf[0][:-2]}")
    mark(page)
    page.get_by_label("Select all on this page").check()
    page.get_by_role("button", name="Delete…").click()
    dialog = page.get_by_role("dialog", name="Delete 3 rooms?")
    expect(dialog).to_contain_text("1 room is occupied.")
    number = dialog.get_by_role("textbox", name="Type 3, the number of rooms, to confirm")
    expect(dialog.locator(".results").get_by_text(shelf[1])).to_be_visible()
    expect(dialog.locator(".results").get_by_text(shelf[0])).to_be_hidden()
    dialog.get_by_text("2 empty rooms").click()
    expect(dialog.locator(".results").get_by_text(shelf[0])).to_be_visible()
    dialog.get_by_role("button", name="Delete 3 rooms").click()
    expect(number).to_have_accessible_description("Enter 3 to confirm.")
    expect(number).to_be_focused()
    assert len(opened(livekit, *shelf)) == 3
    number.fill("3")
    number.press("Enter")
    expect(page.get_by_role("dialog", name="3 of 3 rooms deleted")).to_be_visible()
    assert opened(livekit, *shelf) == {}
    never_reloaded(page)
    watch.expect_status(422)


def test_deletes_all_that_match_and_asks_again_when_they_changed(
    page: Page, livekit: Ask, shelf: list[str], make_room: Callable[..., str], watch: Watch
) -> None:
    page.goto(f"/rooms?q={shelf[0][:-2]}")
    page.get_by_label("More actions for this list").click()
    page.get_by_role("button", name="Delete all 3 that match…").click()
    late = make_room(f"{shelf[0][:-2]}-late")
    page.get_by_role("button", name="Delete 3 rooms").click()
    dialog = page.get_by_role("dialog", name="Delete 4 rooms?")
    expect(dialog.get_by_role("alert")).to_contain_text(
        "Nothing was done. Review the list and confirm again."
    )
    assert set(opened(livekit, *shelf, late)) == {*shelf, late}
    dialog.get_by_role("button", name="Delete 4 rooms").click()
    expect(page.get_by_role("dialog", name="4 of 4 rooms deleted")).to_be_visible()
    assert opened(livekit, *shelf, late) == {}
    watch.expect_status(409)


def test_a_link_can_still_be_opened_beside(open_page: OpenPage, room: str) -> None:
    credentials = {"username": "admin", "password": PASSWORD}
    page = open_page(room_path(room), http_credentials=credentials, extra_http_headers={})
    with page.context.expect_page() as beside:
        page.locator("#actions > summary").click()
        page.get_by_role("link", name="Create token").first.click(modifiers=["ControlOrMeta"])
    expect(beside.value).to_have_url(f"{page.evaluate('location.origin')}/sandbox?room={room}")
    expect(page.get_by_role("dialog")).to_be_hidden()
