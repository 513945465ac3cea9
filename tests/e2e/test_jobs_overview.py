"""Job: the first look at a server. Is anybody in trouble? Without a click."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from dev.workers import Standin
from tests.e2e.clicks import Clicks
from tests.e2e.conftest import OpenPage
from tests.e2e.test_overview import attention, failed_job


def test_is_somebody_in_trouble(
    open_page: OpenPage, livekit: Callable[..., Any], standin: Standin, room: str
) -> None:
    job = failed_job(livekit, standin, "upload failed: 403")
    page = open_page()
    clicks = Clicks(page)
    page.goto("/")
    trouble = attention(page).get_by_role("link", name="egress job").first
    expect(trouble).to_be_visible()
    expect(page.locator("main").get_by_role("link", name="Rooms").first).to_be_visible()
    assert clicks.count == 0
    trouble.click()
    expect(page.locator("main")).to_contain_text(job)
    assert clicks.count == 1
