"""A double click does what one click does."""

import secrets

from livekit import api
from playwright.sync_api import Page, Request, expect

from app.text.paths import room_path
from tests.e2e.conftest import Join
from tests.e2e.polls import is_poll, visit
from tests.routes.asked import Ask
from tests.support.waiting import until


def posts(page: Page) -> list[str]:
    """Return a list that fills with the addresses of the page's POSTs."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            sent.append(request.url)

    page.on("request", note)
    return sent


def test_a_double_click_sends_one_post(page: Page, livekit: Ask) -> None:
    name = f"double-{secrets.token_hex(4)}"
    page.goto("/rooms")
    sent = posts(page)
    page.locator(".page-head").get_by_role("link", name="New room").click()
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_role("button", name="Create room").dblclick()
    expect(page.locator(".notice.ok")).to_have_text(f"Room {name} is open.")
    assert len(sent) == 1
    page.close()
    livekit("room.delete_room", api.DeleteRoomRequest(room=name))


def test_a_double_click_on_mute_mutes_once(page: Page, room: str, join: Join) -> None:
    ada = join(room, "ada", audio=True)
    page.goto(f"{room_path(room)}?open={ada.sid}")
    sent = posts(page)
    page.get_by_role("button", name="Mute", exact=True).dblclick()
    expect(page.get_by_role("button", name="Unmute", exact=True)).to_be_visible()
    until(lambda: ada.muted["microphone"])
    assert len(sent) == 1


def test_the_second_half_of_a_double_click_does_not_undo_the_first(
    page: Page, room: str, join: Join
) -> None:
    ada = join(room, "ada", audio=True)
    visit(page, f"{room_path(room)}?open={ada.sid}")
    sent = posts(page)
    box = page.get_by_role("button", name="Mute", exact=True).bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_role("button", name="Unmute", exact=True)).to_be_visible()
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    with page.expect_response(is_poll):
        page.get_by_role("button", name="Pause auto-refresh").click()
    assert (len(sent), ada.muted["microphone"]) == (1, True)
