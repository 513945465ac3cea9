"""Agents in the browser: dispatched from the dialog, seen to wait for a worker, and taken back."""

from collections.abc import Callable

from livekit import api
from playwright.sync_api import Page, expect

from app.text.paths import dispatch_path
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import Join, OpenPage
from tests.routes.asked import Ask

LONG = "long-name-" * 24


def narrow(page: Page, path: str) -> None:
    """Check that nothing reaches out of a narrow window."""
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    page.set_viewport_size({"width": 1280, "height": 800})


def test_dispatched_and_taken_back(page: Page, room: str) -> None:
    page.goto(f"/agents?room={room}")
    page.locator(".page-head").get_by_role("link", name="Dispatch an agent").click()
    dialog = page.get_by_role("dialog", name="Dispatch an agent")
    expect(dialog.get_by_role("combobox", name="Room")).to_have_value(room)
    dialog.get_by_role("textbox", name="Agent name").fill("nobody-here")
    dialog.get_by_role("button", name="Dispatch").click()
    expect(page.locator(".notice.ok")).to_contain_text("nobody-here was dispatched.")
    expect(page.locator("main")).to_contain_text("LiveKit is offering the job")
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete dispatch").click()
    expect(page.locator(".notice.ok")).to_contain_text("was deleted.")


def test_axe_finds_nothing_and_nothing_is_cut_off(
    open_page: OpenPage, join: Join, livekit: Ask, make_room: Callable[..., str]
) -> None:
    room = make_room(LONG)
    join(room, LONG, name=LONG, kind="agent", attributes={"lk.agent.state": LONG})
    request = api.CreateAgentDispatchRequest(room=room, agent_name=LONG, metadata=LONG)
    made = livekit("agent_dispatch.create_dispatch", request)
    at = dispatch_path(room, made.id)
    page = open_page()
    for path in (f"/agents?room={room}&room={LONG}x", at, f"{at}/delete"):
        page.goto(path)
        assert problems_everywhere(page) == {}, path
        narrow(page, path)


def test_works_without_javascript(open_page: OpenPage, room: str) -> None:
    page = open_page("/agents", java_script_enabled=False)
    page.get_by_label("Add a room by name").fill(room)
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("Rooms you added:")).to_contain_text(room)
    expect(page.get_by_text("No agents", exact=True)).to_be_visible()
    page.get_by_role("link", name="Dispatch an agent").last.click()
    page.get_by_label("Agent name").fill("nobody-here")
    page.get_by_role("button", name="Dispatch").click()
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete dispatch").click()
    assert "was deleted." in page.locator(".notice.ok").inner_text()
