"""The webhook helper in the browser: a sample is made, pasted, found valid, and spoilt."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.e2e.test_agents import LONG, narrow
from tests.support.dashboard import Dashboard
from tests.support.webhooks import body_of, deliver, event, send, signature


def copied(page: Page, label: str) -> str:
    """Return what a copy button holds."""
    return page.get_by_role("button", name=label).get_attribute("data-copy") or ""


def test_a_sample_is_found_valid_and_spoilt_no_more(open_page: OpenPage) -> None:
    page = open_page("/webhooks/-/sample")
    page.get_by_label("Event").select_option("participant_joined")
    page.get_by_label("Room").fill(LONG)
    page.get_by_role("button", name="Generate sample").click()
    expect(page.locator(".command code")).to_contain_text("curl --globoff")
    header, body = copied(page, "Copy header"), copied(page, "Copy body")
    assert problems_everywhere(page) == {}
    narrow(page, "a sample")
    page.get_by_role("link", name="Verify", exact=True).first.click()
    page.get_by_label("Authorization header").fill(header)
    page.get_by_label("Body").fill(body)
    page.get_by_role("button", name="Verify").click()
    expect(page.locator(".notice.ok")).to_contain_text(
        "Valid: LiveKit signed it, and the body is unchanged."
    )
    assert problems_everywhere(page) == {}
    page.get_by_label("Body").fill(f"{body}\n")
    page.get_by_role("button", name="Verify").click()
    expect(page.locator(".notice.bad")).to_contain_text("White space was added around it.")
    assert problems_everywhere(page) == {}
    narrow(page, "a spoilt one")
    page.goto("/webhooks/-/sample")
    assert problems_everywhere(page) == {}


@pytest.fixture(scope="module")
def stored(
    start_dashboard: Callable[..., Dashboard], tmp_path_factory: pytest.TempPathFactory
) -> Dashboard:
    """A dashboard with a store that receives webhooks."""
    folder = tmp_path_factory.mktemp("webhooks")
    return start_dashboard(database_url=f"sqlite:///{folder}/dashboard.db", refresh_seconds=1)


def test_a_test_event_leads_to_a_feed_and_its_events(
    open_page: OpenPage, stored: Dashboard
) -> None:
    page = open_page("/webhooks", at=stored.url, fresh=True)
    expect(page.get_by_role("heading", name="Set up LiveKit", exact=True)).to_be_visible()
    assert copied(page, "Copy the lines").startswith("webhook:")
    assert problems_everywhere(page) == {}
    page.get_by_role("link", name="Send a test event", exact=True).click()
    dialog = page.get_by_role("dialog", name="Send a test event", exact=True)
    dialog.get_by_role("button", name="Send test event", exact=True).click()
    expect(dialog.locator(".notice.ok")).to_contain_text("Received.")
    assert problems_everywhere(page) == {}
    dialog.get_by_role("link", name="Cancel", exact=True).click()
    room = {"name": LONG, "sid": "RM_e2e"}
    person = {"identity": f"<b>{LONG}", "sid": "PA_e2e"}
    deliver(stored, event("participant_joined", room=room, participant=person))
    body = body_of(event("room_started"))
    send(stored, body, signature(body, "API" + "x" * 60, "y" * 40))
    received = page.get_by_role("region", name="Received", exact=True)
    expect(received.get_by_role("link", name="participant_joined", exact=True)).to_be_visible()
    refused = page.get_by_role("region", name="Refused", exact=True)
    expect(refused.get_by_text("unknown API key", exact=True)).to_be_visible(timeout=15_000)
    assert problems_everywhere(page) == {}
    narrow(page, "the feed")
    received.get_by_role("link", name="participant_joined", exact=True).click()
    assert problems_everywhere(page) == {}
    narrow(page, "the events")
    page.get_by_role("link", name="participant_joined", exact=True).click()
    expect(page.get_by_role("heading", name="participant_joined", exact=True)).to_be_visible()
    expect(page.get_by_role("region", name="Content", exact=True)).to_contain_text("PA_e2e")
    assert problems_everywhere(page) == {}
    narrow(page, "an event")


def test_works_without_javascript(open_page: OpenPage) -> None:
    page = open_page("/webhooks/-/verify", java_script_enabled=False)
    page.get_by_label("Body").fill("{}")
    page.get_by_role("button", name="Verify").click()
    assert "There is no Authorization header." in page.locator("main").inner_text()
    page.get_by_text("Verify several from a file").click()
    chosen = {"name": "hooks.jsonl", "mimeType": "text/plain", "buffer": b'{"body": "{}"}\n' * 2}
    page.get_by_label("Choose a file").set_input_files(chosen)  # type: ignore[arg-type]
    page.get_by_role("button", name="Verify").click()
    assert "0 of 2 webhooks are valid." in page.locator("main").inner_text()
    page.get_by_role("link", name="Make a sample").click()
    page.get_by_role("button", name="Generate sample").click()
    assert "Copy now; samples are not stored." in page.locator("main").inner_text()
