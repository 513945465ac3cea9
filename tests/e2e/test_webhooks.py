"""The webhook helper in the browser: a sample is made, pasted, found valid, and spoilt."""

from playwright.sync_api import Page, expect

from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.e2e.test_agents import LONG, narrow


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
