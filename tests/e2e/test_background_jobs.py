"""Jobs in a browser: one is canceled, and its rest is run again."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from app.services.jobs.kinds import JobKind
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.e2e.polls import mark, never_reloaded
from tests.support.dashboard import Dashboard
from tests.support.job_rows import ItemRow, add_job

NAME = '<i>room</i> "x" & a/b'


@pytest.fixture(scope="module")
def stored(
    start_dashboard: Callable[..., Dashboard], tmp_path_factory: pytest.TempPathFactory
) -> Dashboard:
    """A dashboard whose jobs stay as they are."""
    folder = tmp_path_factory.mktemp("store")
    return start_dashboard(database_url=f"sqlite:///{folder}/dashboard.db")


def test_a_job_is_canceled_and_its_rest_is_run_again(
    open_page: OpenPage, stored: Dashboard
) -> None:
    job = add_job(
        stored.settings.stored_in, status="waiting", items=[ItemRow(NAME), ItemRow("standup")]
    )
    page = open_page(f"/jobs/{job}", at=stored.url)
    page.get_by_role("link", name="Cancel…").click()
    asked = page.get_by_role("dialog", name="Cancel this job?")
    assert problems_everywhere(page) == {}
    mark(page)
    asked.get_by_role("button", name="Cancel job").click()
    expect(page.get_by_text("The job was canceled.")).to_be_visible()
    expect(page.locator(".page-head .tag")).to_have_text("canceled")
    never_reloaded(page)
    page.get_by_role("button", name="Run again…").click()
    asked = page.get_by_role("dialog", name="Delete 2 rooms?")
    expect(asked.locator(".results .name")).to_have_text([NAME, "standup"])
    asked.get_by_label("Type 2, the number of rooms, to confirm").fill("2")
    asked.get_by_role("button", name="Delete 2 rooms").click()
    expect(page).not_to_have_url(re.compile(job))
    expect(page.locator(".page-head .tag")).to_have_text("waiting")
    expect(page.get_by_role("link", name=job)).to_be_visible()


def test_it_is_accessible_everywhere(open_page: OpenPage, stored: Dashboard) -> None:
    about = {"kind": JobKind.REMOVE_PARTICIPANTS, "target": NAME, "actor": NAME}
    people = [ItemRow(NAME, "failed", NAME), ItemRow("ann", "done"), ItemRow("ben")]
    url = stored.settings.stored_in
    job = add_job(url, items=people, lines=[NAME], **about)
    add_job(url, items=people, **about, status="failed", error=NAME)
    for path in ("/jobs", f"/jobs/{job}", f"/jobs/{job}?status=all"):
        page = open_page(path, at=stored.url)
        assert problems_everywhere(page) == {}, path
