"""axe-core finds nothing while a dialog, a menu, the sidebar, a toast or a note is there."""

from collections.abc import Callable
from typing import Any

from livekit import api
from playwright.sync_api import Page, expect

from app.text.paths import room_path
from tests.e2e.axe import problems, problems_everywhere
from tests.e2e.conftest import NARROW, OpenPage, Stage
from tests.e2e.jobs import ALL_OUTPUTS, begin
from tests.e2e.watch import Watch
from tests.support.dashboard import Dashboard

ROOM_FORMS = ["New ingress", "Send data to all", "Delete room…", "Edit metadata"]
PERSON_FORMS = ["Edit", "Remove…", "Permissions", "Subscriptions", "Send data"]


def open_dialog(page: Page, name: str, within: str = "main") -> None:
    """Press the link, in a menu or not, and wait for the form."""
    link = page.locator(within).get_by_role("link", name=name, exact=True).first
    if not link.is_visible():
        page.locator(f"{within} details.menu > summary").first.click()
    link.click()
    page.locator("dialog[open] form[data-form]").wait_for()


def close_dialog(page: Page) -> None:
    """Leave the dialog by the keyboard."""
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_be_hidden()


def test_forms_of_rooms(open_page: OpenPage, stage: Stage) -> None:
    page = open_page(room_path(stage.room))
    for name in ROOM_FORMS:
        open_dialog(page, name, ".page-head")
        assert problems_everywhere(page) == {}, name
        close_dialog(page)


def test_forms_of_participants(open_page: OpenPage, stage: Stage) -> None:
    page = open_page(room_path(stage.room))
    for name in PERSON_FORMS:
        open_dialog(page, name, f"#{stage.ada.sid}")
        assert problems_everywhere(page) == {}, name
        close_dialog(page)


def test_a_new_room_and_its_errors(open_page: OpenPage, watch: Watch) -> None:
    page = open_page("/rooms")
    open_dialog(page, "New room")
    page.locator("dialog details.more > summary").click()
    assert problems_everywhere(page) == {}
    page.get_by_role("button", name="Create room").click()
    page.locator("dialog [aria-invalid]").wait_for()
    assert problems_everywhere(page) == {}
    watch.expect_status(422)


def test_deleting_many(open_page: OpenPage, make_room: Callable[..., str]) -> None:
    names = [make_room(f"axe-bulk-{number}") for number in range(3)]
    page = open_page("/rooms?q=axe-bulk-")
    page.get_by_label("Select all on this page").check()
    page.get_by_role("button", name="Delete…").click()
    page.get_by_role("button", name=f"Delete {len(names)} rooms").wait_for()
    assert problems_everywhere(page) == {}
    page.get_by_role("button", name=f"Delete {len(names)} rooms").click()
    page.get_by_role("heading", name="3 of 3 rooms deleted").wait_for()
    assert problems_everywhere(page) == {}


def test_jobs_stopped_and_changed(
    open_page: OpenPage, room: str, livekit: Callable[..., Any]
) -> None:
    job = begin(livekit, room, **ALL_OUTPUTS)
    page = open_page(f"/egress/{job}")
    for name in ("Layout", "Stop…", "Streams"):
        open_dialog(page, name, ".page-head")
        assert problems(page) == [], name
        close_dialog(page)
    page.goto(f"/egress?room={room}")
    page.get_by_label(f"Select {job}").check()
    page.get_by_role("button", name="Stop…", exact=True).click()
    page.get_by_role("button", name="Stop 1 job").wait_for()
    assert problems(page) == []
    page.get_by_role("button", name="Stop 1 job").click()
    page.get_by_role("heading", name="1 of 1 job stopping").wait_for()
    assert problems_everywhere(page) == {}


def test_menus_and_the_sidebar(open_page: OpenPage, stage: Stage) -> None:
    page = open_page(f"/rooms?q={stage.room}")
    page.locator("tbody details.menu > summary").click()
    assert page.get_by_role("link", name="Edit metadata").is_visible()
    assert problems_everywhere(page) == {}
    page.set_viewport_size(NARROW)
    page.get_by_role("button", name="Menu").click()
    assert page.get_by_role("link", name="Overview").is_visible()
    assert problems(page) == []


def test_a_toast_and_a_stale_note(
    open_page: OpenPage, quick: Dashboard, room: str, livekit: Callable[..., Any], watch: Watch
) -> None:
    page = open_page(room_path(room), at=quick.url)
    open_dialog(page, "Edit metadata")
    page.get_by_role("textbox", name="Metadata").fill("new")
    page.get_by_role("button", name="Save").click()
    page.locator("#toasts .toast").hover()
    livekit("room.delete_room", api.DeleteRoomRequest(room=room))
    expect(page.locator("#stale")).to_contain_text("is not open.")
    assert page.locator("#toasts .toast").is_visible()
    assert problems_everywhere(page) == {}
    watch.expect_status(404)
