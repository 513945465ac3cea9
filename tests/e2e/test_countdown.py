"""Until when a page that failed waits before it asks again, and what it says without scripts."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.e2e.watch import Watch
from tests.support.dashboard import Dashboard

COUNTING = re.compile(r"^Retrying in \d s\.$")
EVERY = "Retrying every 5 s."


def seconds(page: Page) -> int:
    """Return how many seconds the page says are left."""
    count = page.locator("main .error-page [data-retry-count]")
    expect(count).to_have_text(COUNTING)
    return int(re.sub(r"\D", "", count.inner_text()))


def test_an_error_page_counts_down_and_asks_again(
    open_page: OpenPage, cut_off: Dashboard, watch: Watch
) -> None:
    page = open_page("/rooms", at=cut_off.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("LiveKit is unreachable")
    first = seconds(page)
    assert 0 < first <= 5
    page.wait_for_function(
        "first => parseInt(document.querySelector('.error-page [data-retry-count]')"
        ".textContent.replace(/\\D/g, '')) < first",
        arg=first,
    )
    with page.expect_response(lambda answer: "partial=1" in answer.url, timeout=7000):
        pass
    assert seconds(page) >= 4  # it starts again
    plain = page.locator("main .error-page [data-retry-plain]")
    expect(plain).to_have_text(EVERY)  # what screen readers read
    expect(page.locator("main .error-page [data-retry-count]")).to_have_attribute(
        "aria-hidden", "true"
    )
    assert problems_everywhere(page) == {}
    watch.expect_status(503)


def test_a_paused_page_does_not_count(
    open_page: OpenPage, cut_off: Dashboard, watch: Watch
) -> None:
    page = open_page("/rooms", at=cut_off.url)
    seconds(page)
    page.get_by_role("button", name="Pause auto-refresh").click()
    expect(page.locator("main .error-page .retrying")).to_be_hidden()
    page.get_by_role("button", name="Pause auto-refresh").click()
    seconds(page)
    watch.expect_status(503)


def test_without_scripts_a_link_tries_again(
    open_page: OpenPage, cut_off: Dashboard, watch: Watch
) -> None:
    page = open_page("/rooms", at=cut_off.url, java_script_enabled=False)
    expect(page.locator("main .error-page [data-retry-plain]")).to_be_hidden()  # nothing would ask
    with page.expect_navigation():
        page.get_by_role("link", name="Retry").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("LiveKit is unreachable")
    expect(page.locator(".request-id")).to_contain_text("503 Service Unavailable")
    expect(page.get_by_text("Action:")).to_be_hidden()
    watch.expect_status(503)
