"""What goes wrong while a form is open: nothing typed is lost, and nobody is left guessing."""

from livekit import api
from playwright.sync_api import Page, expect

from app.text.paths import room_path
from tests.e2e.conftest import Join, OpenPage
from tests.e2e.people import choose
from tests.e2e.polls import mark, never_reloaded, visit
from tests.e2e.watch import Watch
from tests.routes.asked import Ask, free_name
from tests.support.dashboard import Dashboard
from tests.support.waiting import until

UNREACHED = (
    "^error: Failed to load resource: net::ERR_INTERNET_DISCONNECTED",
    "^error: htmx: htmx:error: Failed to fetch",
)


name = free_name("fault")


def is_open(livekit: Ask, name: str) -> bool:
    """Return whether LiveKit has the room."""
    return bool(livekit("room.list_rooms", api.ListRoomsRequest(names=[name])).rooms)


def new_room(page: Page, name: str) -> None:
    """Open the dialog for a new room, and type its name."""
    page.locator(".page-head").get_by_role("link", name="New room").click()
    page.get_by_role("textbox", name="Name").fill(name)


def sign_out_elsewhere(page: Page) -> None:
    """End the session in another tab, so that the tokens of this one are of a session before."""
    other = page.context.new_page()
    other.goto("/logout")
    other.close()


def test_an_old_token_keeps_the_form_in_the_dialog_and_can_be_sent_again(
    page: Page, livekit: Ask, name: str, watch: Watch
) -> None:
    visit(page, "/rooms")
    mark(page)
    new_room(page, name)
    page.get_by_role("textbox", name="Metadata").fill("typed with care")
    sign_out_elsewhere(page)
    page.get_by_role("button", name="Create room").click()
    alert = page.get_by_role("dialog").get_by_role("alert")
    expect(alert).to_contain_text("This form has expired")
    expect(alert).to_contain_text("belongs to another session")
    expect(page.get_by_role("textbox", name="Name")).to_have_value(name)
    expect(page.get_by_role("textbox", name="Metadata")).to_have_value("typed with care")
    never_reloaded(page)
    assert not is_open(livekit, name)
    page.get_by_role("button", name="Create room").click()
    expect(page.locator(".notice.ok")).to_have_text(f"Room {name} is open.")
    watch.expect_status(403)


def test_an_old_token_of_a_button_asks_once_more(
    page: Page, room: str, join: Join, watch: Watch
) -> None:
    ada = join(room, "ada", audio=True)
    visit(page, f"{room_path(room)}?open={ada.sid}")
    sign_out_elsewhere(page)
    page.get_by_role("button", name="Mute", exact=True).click()
    dialog = page.get_by_role("dialog", name="This form has expired")
    expect(dialog).to_be_visible()
    assert not ada.muted["microphone"]
    dialog.get_by_role("button", name="Retry").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("button", name="Unmute", exact=True)).to_be_visible()
    until(lambda: ada.muted["microphone"])
    watch.expect_status(403)


def test_a_page_open_for_longer_than_its_token_gets_a_new_one_by_refreshing(
    open_page: OpenPage, quick: Dashboard, room: str, join: Join
) -> None:
    ada = join(room, "ada", audio=True)
    page = open_page(f"{room_path(room)}?open={ada.sid}", at=quick.url)
    sign_out_elsewhere(page)
    old = page.locator("#act input[name=csrf]").input_value()
    expect(page.locator("#act input[name=csrf]")).not_to_have_value(old)
    page.get_by_role("button", name="Mute", exact=True).click()
    until(lambda: ada.muted["microphone"])


def test_who_left_meanwhile_is_said_in_the_open_dialog(
    page: Page, room: str, join: Join, watch: Watch
) -> None:
    ada = join(room, "ada")
    visit(page, room_path(room))
    choose(page, "ada", "Send data")
    page.get_by_role("textbox", name="Payload").fill("too late")
    ada.leave()
    page.get_by_role("button", name="Send data", exact=True).click()
    dialog = page.get_by_role("dialog", name="Not found")
    expect(dialog.locator(".reason")).not_to_be_empty()
    expect(dialog.get_by_role("textbox", name="payload")).to_have_value("too late")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    watch.expect_status(404)


def test_who_left_meanwhile_is_said_where_no_dialog_was(
    page: Page, room: str, join: Join, watch: Watch
) -> None:
    ada = join(room, "ada", audio=True)
    visit(page, f"{room_path(room)}?open={ada.sid}")
    ada.leave()
    page.get_by_role("button", name="Mute", exact=True).click()
    dialog = page.get_by_role("dialog", name="Not found")
    expect(dialog).to_be_visible()
    expect(dialog.locator(".reason")).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    watch.expect_status(404)


def test_the_form_of_who_left_says_so(page: Page, room: str, join: Join, watch: Watch) -> None:
    ada = join(room, "ada")
    visit(page, room_path(room))
    ada.leave()
    choose(page, "ada", "Remove…")
    expect(page.get_by_role("dialog", name="Not found")).to_be_visible()
    watch.expect_status(404)


def test_a_lost_network_during_a_post_says_that_nothing_is_known(
    page: Page, livekit: Ask, name: str, watch: Watch
) -> None:
    page.goto("/rooms")
    new_room(page, name)
    page.context.set_offline(True)
    page.get_by_role("button", name="Create room").click()
    expect(page.locator("#dialog-note")).to_contain_text("may or may not have been applied")
    expect(page.get_by_role("textbox", name="Name")).to_have_value(name)
    assert not is_open(livekit, name)
    page.context.set_offline(False)
    page.get_by_role("button", name="Create room").click()
    expect(page.locator(".notice.ok")).to_have_text(f"Room {name} is open.")
    watch.expect(*UNREACHED)


def test_a_lost_network_during_a_button_is_a_toast_that_stays(
    page: Page, room: str, join: Join, watch: Watch
) -> None:
    ada = join(room, "ada", audio=True)
    page.goto(f"{room_path(room)}?open={ada.sid}")
    page.context.set_offline(True)
    page.get_by_role("button", name="Mute", exact=True).click()
    expect(page.locator("#toasts .toast.bad")).to_contain_text("may or may not have been applied")
    expect(page.get_by_role("button", name="Mute", exact=True)).to_be_enabled()
    page.context.set_offline(False)
    page.get_by_role("button", name="Mute", exact=True).click()
    expect(page.get_by_role("button", name="Unmute", exact=True)).to_be_visible()
    watch.expect(*UNREACHED)


def test_a_form_that_cannot_be_fetched_can_be_tried_again(page: Page, watch: Watch) -> None:
    page.goto("/rooms")
    page.context.set_offline(True)
    page.locator(".page-head").get_by_role("link", name="New room").click()
    dialog = page.get_by_role("dialog", name="The dashboard isn't responding")
    expect(dialog.get_by_role("link", name="Retry")).to_be_focused()
    page.context.set_offline(False)
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    watch.expect(*UNREACHED)


def test_that_it_is_loading_is_not_said_over_what_has_come(page: Page) -> None:
    visit(page, "/sip/trunks")
    page.locator(".page-head").get_by_role("link", name="New inbound").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("#f-name")).to_be_visible()
    page.evaluate("htmx.config.defaultSettleDelay = 500")  # as long as a busy machine may take
    dialog.get_by_role("link", name="Outbound", exact=True).click()
    expect(dialog.locator("#f-address")).to_be_visible()
    expect(page.locator(".htmx-settling")).to_have_count(0)
    expect(dialog.locator("#f-address")).to_be_visible()
