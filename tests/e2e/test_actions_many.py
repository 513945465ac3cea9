"""Select several participants in the browser, and what is done happens to the real ones."""

from playwright.sync_api import Page, expect

from app.text.paths import room_path
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import Join, OpenPage
from tests.e2e.people import row
from tests.e2e.polls import mark, never_reloaded
from tests.e2e.watch import Watch
from tests.routes.asked import Ask, muted, people
from tests.support.waiting import until


def selected(page: Page, *labels: str) -> None:
    """Select the rows, and check that nothing on the page moves by that."""
    places = [row(page, label).bounding_box() for label in labels]
    for label in labels:
        page.get_by_label(f"Select {label}", exact=True).check()
    expect(page.locator("[data-selected-count]")).to_have_text(f"{len(labels)} selected")
    assert [row(page, label).bounding_box() for label in labels] == places


def press(page: Page, action: str) -> None:
    """Press a button of the selection."""
    bar = page.get_by_role("group", name="Selected participants")
    bar.get_by_role("button", name=f"{action} selected", exact=True).click()


def test_mutes_and_unmutes_the_selected(page: Page, room: str, join: Join, livekit: Ask) -> None:
    ada, bob, cyd = (join(room, who, audio=True) for who in ("ada", "bob", "cyd"))
    page.goto(room_path(room))
    mark(page)
    bar = page.get_by_role("group", name="Selected participants")
    expect(bar.get_by_role("button", name="Mute selected", exact=True)).to_be_disabled()
    selected(page, "ada", "bob")
    press(page, "Mute")
    dialog = page.get_by_role("dialog", name="Mute 2 participants?")
    expect(dialog).to_contain_text(ada.track_sids["microphone"])
    assert problems_everywhere(page) == {}
    dialog.get_by_role("button", name="Mute 2 participants").click()
    done = page.get_by_role("dialog", name="2 of 2 participants muted")
    expect(done.locator(".results .name")).to_have_text(["ada", "bob"])
    until(lambda: ada.muted["microphone"] and bob.muted["microphone"])
    assert not cyd.muted["microphone"]
    done.get_by_role("link", name="Back to the participants").click()
    press(page, "Unmute")
    page.get_by_role("button", name="Unmute 2 participants").click()
    expect(page.get_by_role("heading", name="2 of 2 participants asked to unmute")).to_be_visible()
    until(lambda: muted(livekit, room, "ada") == [False])
    never_reloaded(page)


def test_changes_permissions_and_sends_data(
    page: Page, room: str, join: Join, livekit: Ask, watch: Watch
) -> None:
    watch.expect_status(422)
    ada, bob = join(room, "ada"), join(room, "bob")
    page.goto(room_path(room))
    page.get_by_label("Select all on this page").check()
    press(page, "Permissions…")
    dialog = page.get_by_role("dialog", name="Permissions of 2 participants")
    assert problems_everywhere(page) == {}
    dialog.get_by_role("button", name="Save for 2 participants").click()
    expect(dialog.get_by_text("Choose at least one permission")).to_be_visible()
    dialog.get_by_label("Publish", exact=True).select_option("Deny")
    dialog.get_by_role("button", name="Save for 2 participants").click()
    expect(page.get_by_role("heading", name="2 of 2 participants updated")).to_be_visible()
    until(lambda: not any(who.permission.can_publish for who in people(livekit, room).values()))
    page.get_by_role("dialog").get_by_role("link", name="Back to the participants").click()
    press(page, "Send data…")
    page.get_by_role("textbox", name="Payload").fill("for both")
    page.get_by_role("button", name="Send data to 2 participants").click()
    expect(page.get_by_role("heading", name="2 of 2 participants sent data")).to_be_visible()
    until(lambda: ada.received == bob.received == [("", b"for both")])


def test_removes_all_that_match_without_scripts(
    open_page: OpenPage, room: str, join: Join, livekit: Ask
) -> None:
    for who in ("guest 1", "guest 2", "host"):
        join(room, who, audio=who == "guest 2")
    page = open_page(f"{room_path(room)}?q=guest", java_script_enabled=False)
    page.locator("#bulk-menu > summary").click()
    page.get_by_role("button", name="Remove all 2 that match…").click()
    expect(page.locator(".results .name")).to_have_text(["guest 2", "guest 1"])
    page.get_by_role("textbox", name="Type 2, the number of participants, to confirm").fill("2")
    page.get_by_role("button", name="Remove 2 participants").click()
    expect(page.locator("h1")).to_have_text("2 of 2 participants removed")
    until(lambda: [*people(livekit, room)] == ["host"])
    page.get_by_role("link", name="Back to the participants").click()
    assert page.url.endswith(f"{room_path(room)}?q=guest")
    expect(page.locator("tr[id^=PA_]")).to_have_count(0)
