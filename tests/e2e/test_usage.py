"""Usage in a browser: a time and rooms are chosen, charts have tables, the page is accessible."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.e2e.watch import Watch
from tests.routes.usage.conftest import some_usage
from tests.support.dashboard import Dashboard
from tests.support.stores import in_store


@pytest.fixture(scope="module")
def used(
    start_dashboard: Callable[..., Dashboard], tmp_path_factory: pytest.TempPathFactory
) -> Dashboard:
    folder = tmp_path_factory.mktemp("usage")
    url = f"sqlite:///{folder}/dashboard.db"
    in_store(url, some_usage)
    return start_dashboard(database_url=url)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_time_and_rooms_are_chosen(open_page: OpenPage, used: Dashboard, scripts: bool) -> None:
    page = open_page(at=used.url, fresh=True, java_script_enabled=scripts)
    page.goto("/")
    page.get_by_role("link", name="Usage", exact=True).click()
    sessions = page.get_by_role("region", name="Sessions", exact=True)
    expect(sessions.get_by_text("2", exact=True).first).to_be_visible()
    page.get_by_role("link", name="24 h", exact=True).click()
    expect(page.get_by_role("link", name="24 h", exact=True)).to_have_attribute(
        "aria-current", "true"
    )
    page.get_by_role("textbox", name="Room, or a pattern with *").fill("stand*")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(sessions.locator("b").first).to_have_text("1")
    sessions.get_by_text("Table", exact=True).click()
    expect(sessions.get_by_role("columnheader", name="Sessions started")).to_be_visible()


def test_it_is_accessible_everywhere(open_page: OpenPage, used: Dashboard, watch: Watch) -> None:
    page = open_page(at=used.url)
    for path in ("/usage", "/usage?span=13mo", "/usage?room=nothing-has-this-name", "/"):
        page.goto(path)
        assert problems_everywhere(page) == {}, path
    page.goto("/usage?span=24h")
    for summary in page.locator("summary", has_text="Table").all():
        summary.click()
    assert problems_everywhere(page) == {}
    watch.expect_status(422)
    page.goto("/usage?since=2026-01-01")
    assert problems_everywhere(page) == {}
