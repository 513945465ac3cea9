"""Job: recording doesn't work on a new server. Which line is missing?"""

from collections.abc import Callable

from playwright.sync_api import expect

from dev.stack import Stack
from tests.e2e.clicks import Clicks
from tests.e2e.conftest import OpenPage
from tests.e2e.watch import Watch
from tests.support.dashboard import Dashboard, managing


def test_find_the_missing_line(
    open_page: OpenPage, start_dashboard: Callable[..., Dashboard], watch: Watch
) -> None:
    watch.allow("status of 409")
    with Stack(redis=False) as stack:
        bare = start_dashboard(**managing(stack))
        page = open_page(at=bare.url)
        clicks = Clicks(page)
        page.goto("/")
        page.get_by_role("navigation").get_by_role("link", name="Egress").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Egress")
        lines = page.get_by_role("group", name="livekit.yaml")
        expect(lines.first).to_contain_text("redis:")
        assert clicks.count == 1
