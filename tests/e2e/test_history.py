"""A past session in a browser: found in the list, zoomed, and accessible everywhere."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.support import history as rows
from tests.support.dashboard import Dashboard


@pytest.fixture(scope="module")
def past(
    start_dashboard: Callable[..., Dashboard], tmp_path_factory: pytest.TempPathFactory
) -> Dashboard:
    """A dashboard with a session of three people and a recording, and a call."""
    url = f"sqlite:///{tmp_path_factory.mktemp('store')}/dashboard.db"
    of = rows.session("RM_1", "weekly-review", participants=3, peak=3, egress=1, failures=1)
    ada = rows.connection("PA_1", of, "ada", name="Ada Lovelace")
    people = [
        ada,
        rows.connection("PA_2", of, "bob", left_at=rows.minutes(20), reason="SIGNAL_CLOSE"),
        rows.connection("PA_3", of, "bob", joined_at=rows.minutes(21)),
        rows.connection(
            "PA_4", of, "eve", joined_at=rows.minutes(50), left_at=rows.minutes(50), aborted=True
        ),
        rows.connection("PA_5", of, "guest", left_inferred=True, left_after=rows.minutes(40)),
    ]
    table = {
        rows.SESSIONS: [of, rows.session("RM_2", "standup", ended_at=None)],
        rows.CONNECTIONS: people,
        rows.TRACKS: [rows.track("TR_1", ada, "MICROPHONE"), rows.track("TR_2", ada, "CAMERA")],
        rows.EGRESS_JOBS: [rows.egress("EG_1", of)],
        rows.CALLS: [rows.call("SCL_1")],
    }
    rows.keep(url, table)
    return start_dashboard(database_url=url)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_session_is_found_and_zoomed(open_page: OpenPage, past: Dashboard, scripts: bool) -> None:
    page = open_page(at=past.url, fresh=True, java_script_enabled=scripts)
    page.goto("/sessions")
    page.get_by_role("searchbox", name="Filter by room").fill("*review")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="weekly-review", exact=True).click()
    timeline = page.get_by_role("region", name="Timeline")
    expect(timeline.get_by_role("img", name=re.compile("^Ada Lovelace"))).to_be_visible()
    expect(timeline.get_by_role("img", name=re.compile("^eve: .*1 join aborted"))).to_be_visible()
    timeline.get_by_role("link", name=re.compile("^Zoom to")).nth(3).click()
    expect(page).to_have_url(re.compile(r"from=\d+&to=\d+"))
    expect(timeline.get_by_role("img", name=re.compile("^eve"))).to_have_count(0)
    timeline.get_by_role("link", name="All", exact=True).click()
    expect(timeline.get_by_role("img", name=re.compile("^eve"))).to_be_visible()
    page.get_by_role("link", name="Ada Lovelace").last.click()
    expect(page.get_by_role("heading", name="Ada Lovelace")).to_be_visible()


@pytest.mark.parametrize(
    "place",
    [
        "/sessions",
        "/sessions/RM_1",
        "/sessions/RM_1?tab=connections",
        "/sessions/RM_1?tab=media",
        "/history/participants",
        "/history/participants/ada",
        "/history/participants/ada/erase",
        "/sip/records",
        "/sip/records/SCL_1",
    ],
)
def test_pages_are_accessible(open_page: OpenPage, past: Dashboard, place: str) -> None:
    page = open_page(at=past.url)
    page.goto(place)
    assert problems_everywhere(page) == {}
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
