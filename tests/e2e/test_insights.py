"""Insights in a browser: an agent and a time are chosen, and the page is accessible."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.e2e.watch import Watch
from tests.support.dashboard import Dashboard
from tests.support.insights import Talk, add
from tests.support.stores import in_store

NOW = datetime.now(UTC)
TALKS = (
    Talk("j1", NOW - timedelta(hours=3), "desk", "v1", models=("small",), responses=(900, 2100)),
    Talk("j2", NOW - timedelta(hours=4), "desk", "v2", interruptions=2, errors=(("llm", 1),)),
    Talk("j3", NOW - timedelta(days=2), "sales", outcome="fail", tools=(("pay", True),)),
)


@pytest.fixture(scope="module")
def talked(
    start_dashboard: Callable[..., Dashboard], tmp_path_factory: pytest.TempPathFactory
) -> Dashboard:
    folder = tmp_path_factory.mktemp("insights")
    url = f"sqlite:///{folder}/dashboard.db"
    in_store(url, lambda store: add(store, *TALKS))
    return start_dashboard(database_url=url)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_an_agent_and_a_time_are_chosen(
    open_page: OpenPage, talked: Dashboard, scripts: bool
) -> None:
    page = open_page(at=talked.url, fresh=True, java_script_enabled=scripts)
    page.goto("/agents/workers")
    page.get_by_role("link", name="Insights", exact=True).click()
    conversations = page.get_by_role("region", name="Conversations", exact=True)
    expect(conversations.locator("b").first).to_have_text("3")
    page.get_by_role("link", name="24 h", exact=True).click()
    expect(conversations.locator("b").first).to_have_text("2")
    page.get_by_role("combobox", name="Version").select_option("v1")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(conversations.locator("b").first).to_have_text("1")
    slowest = page.get_by_role("region", name="Slowest", exact=True)
    slowest.get_by_role("link", name="desk", exact=True).click()
    expect(page).to_have_url(f"{talked.url}/conversations/j1")


@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_accessible_everywhere(
    open_page: OpenPage, talked: Dashboard, watch: Watch, width: int
) -> None:
    page = open_page(at=talked.url, viewport={"width": width, "height": 900})
    for path in ("/agents/insights", "/agents/insights?span=90d", "/agents/insights?agent=nobody"):
        page.goto(path)
        assert problems_everywhere(page) == {}, path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    watch.expect_status(422)
    page.goto("/agents/insights?since=2026-01-01")
    assert problems_everywhere(page) == {}
