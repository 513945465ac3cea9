"""The dashboard over HTTPS with LiveKit at ws://: browsers block that, and each page says so."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from app.text.paths import room_path
from tests.e2e.conftest import OpenPage
from tests.e2e.contexts import SIGNED_IN
from tests.support.dashboard import Dashboard

ORIGIN = "https://dashboard.test"
SERVER = "ws://livekit.test:7880"
BLOCKED = "the browser blocks the unencrypted connection to ws://livekit.test:7880"
ADVICE = "Set LIVEKIT_PUBLIC_URL to a wss:// address, such as wss://livekit.test"


@pytest.fixture
def secure(open_page: OpenPage, start_dashboard: Callable[..., Dashboard]) -> Callable[[str], Page]:
    """Open a page of such a dashboard, as behind a proxy that adds TLS."""
    dashboard = start_dashboard(livekit_public_url=SERVER)
    page = open_page(at=ORIGIN, fresh=True)

    def proxied(route: Route) -> None:
        sent = route.request
        headers = {**sent.headers, **SIGNED_IN, "sec-fetch-site": "same-origin"}
        address = sent.url.replace(ORIGIN, dashboard.url)
        headers["origin"] = dashboard.url
        answer = page.request.fetch(
            address, method=sent.method, headers=headers, data=sent.post_data_buffer
        )
        route.fulfill(response=answer)

    page.route(f"{ORIGIN}/**", proxied)

    def opened(path: str) -> Page:
        page.goto(f"{ORIGIN}{path}")
        return page

    return opened


def test_the_connection_doctor_says_so_and_runs_nothing(secure: Callable[[str], Page]) -> None:
    page = secure("/doctor")
    expect(page.locator("[data-says]")).to_contain_text(BLOCKED)
    expect(page.locator("[data-says]")).to_contain_text(ADVICE)
    expect(page.get_by_role("button", name="Run checks")).to_be_disabled()
    results = page.locator("[data-result]")
    unchecked = ["Not checked: no signal connection"] * results.count()
    expect(results).to_have_text(unchecked)
    assert page.locator("[data-advice]:visible").count() == 0


def test_a_token_cannot_be_tried(secure: Callable[[str], Page]) -> None:
    page = secure("/try")
    expect(page.locator("[data-says]")).to_contain_text(BLOCKED)
    expect(page.get_by_role("button", name="Join")).to_be_disabled()


def test_watching_ends_with_the_reason(secure: Callable[[str], Page], room: str) -> None:
    page = secure(room_path(room, "watch"))
    page.get_by_role("button", name="Start watching").click()
    expect(page.locator("[data-says]")).to_contain_text(BLOCKED)
    expect(page.locator("[data-watch]")).to_have_attribute("data-state", "over")
