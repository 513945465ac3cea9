"""Agent workers in the browser: a real one that is stopped while somebody looks."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from app.config.agents import WorkerAddress
from app.services.agents.workers import watching
from dev.ports import free_ports
from dev.processes import Process
from dev.stack import Stack
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.e2e.test_agents import narrow
from tests.routes.conftest import Start
from tests.support.agents import agent_worker
from tests.support.answering import Answering, Says

LONG = "long-name-" * 19
WORKERS = "/agents/workers"


@dataclass(frozen=True)
class Watched:
    """A dashboard that watches a real worker, and something with a long name."""

    url: str
    name: str
    process: Process


@pytest.fixture(scope="module")
def watched(
    stack: Stack, start_dashboard: Start, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Watched]:
    """A dashboard that asks both every 0.3 s; its pages refresh every second."""
    name = f"helper-{secrets.token_hex(4)}"
    port, figures = free_ports(2)
    process = agent_worker(stack, name, tmp_path_factory.mktemp("agent"), port, figures)
    process.start(patience=60)
    info = f'{{"worker_type": "JT_PUBLISHER", "agent_name": "{LONG}", "sdk_version": "{LONG}"}}'
    with (
        pytest.MonkeyPatch.context() as patch,
        Answering(worker=Says(info.encode())) as other,
    ):
        patch.setattr(watching, "INTERVAL", 0.3)
        other.says["/"] = Says(LONG.encode(), 503)
        own = WorkerAddress(f"http://127.0.0.1:{port}", metrics_port=figures)
        workers = (own, WorkerAddress(other.url))
        dashboard = start_dashboard(agent_workers=workers, refresh_seconds=1)
        yield Watched(dashboard.url, name, process)
    process.stop()


def test_a_worker_that_is_stopped_is_seen_to_be_gone(open_page: OpenPage, watched: Watched) -> None:
    page = open_page("/agents", at=watched.url)
    page.get_by_role("navigation", name="Agents", exact=True).get_by_text("Workers").click()
    row = page.get_by_role("row").filter(has_text=watched.name)
    expect(row).to_contain_text("reachable")
    expect(row.get_by_role("cell").nth(2)).to_have_text("0")
    expect(row.get_by_role("cell").nth(5)).to_contain_text(re.compile(r"\d+ MB, running for \d+ s"))
    expect(page.locator(".page-head")).to_contain_text("1 of 2 reachable")
    watched.process.kill()
    expect(row).to_contain_text("Connection refused.")
    expect(row).to_contain_text("for at least")
    expect(row.get_by_role("cell").nth(5)).to_have_text("–")  # noqa: RUF001
    expect(page.locator(".page-head")).to_contain_text("0 of 2 reachable")
    page.get_by_role("link", name="Overview", exact=True).click()
    problem = page.get_by_role("listitem").filter(has_text="2 agent workers are down")
    problem.get_by_role("link", name="Show workers").click()
    expect(page).to_have_url(f"{watched.url}{WORKERS}")
    watched.process.start(patience=60)
    expect(row).to_contain_text("reachable")
    expect(page.locator(".page-head")).to_contain_text("1 of 2 reachable")


def test_axe_finds_nothing_and_nothing_is_cut_off(open_page: OpenPage, watched: Watched) -> None:
    page = open_page(at=watched.url)
    for path in (WORKERS, "/doctor"):
        page.goto(path)
        assert problems_everywhere(page) == {}, path
        narrow(page, path)


def test_the_page_that_sets_it_up(page: Page) -> None:
    page.goto(WORKERS)
    expect(page.get_by_role("group", name="environment")).to_have_text(
        "AGENT_WORKERS=http://HOST:8081"
    )
    assert problems_everywhere(page) == {}
    narrow(page, WORKERS)


def test_works_without_javascript(open_page: OpenPage, watched: Watched) -> None:
    page = open_page("/agents", at=watched.url, java_script_enabled=False)
    page.get_by_role("link", name="Workers", exact=True).click()
    expect(page.get_by_role("row").filter(has_text=watched.name)).to_contain_text("reachable")
