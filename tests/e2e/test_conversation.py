"""A conversation in a browser: its transcript, filters, and another beside it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.routes.conversations import talks
from tests.support.dashboard import Dashboard
from tests.support.uploads import TRACES, Spoken, record, send


@dataclass(frozen=True)
class Talked:
    """A dashboard with conversations: one that has ended, and one with hostile texts."""

    dashboard: Dashboard
    ended: Spoken
    hostile: Spoken


@pytest.fixture(scope="module")
def talked(
    start_dashboard: Callable[..., Dashboard], tmp_path_factory: pytest.TempPathFactory
) -> Talked:
    """A dashboard to which agents uploaded."""
    folder = tmp_path_factory.mktemp("store")
    dashboard = start_dashboard(
        database_url=f"sqlite:///{folder}/dashboard.db", storage_url=f"file://{folder}/files"
    )
    ended, other = Spoken(agent="front-desk"), Spoken(agent="front-desk", room="other-room")
    header = ended.header(61.5, **talks.report())
    record(dashboard, ended, talks.booking(ended), header=header)
    record(dashboard, other, [talks.heard(other, "a", "Good morning.", 1.2)])
    hostile = Spoken(agent=talks.HOSTILE[:150], room=talks.HOSTILE)
    items = [
        hostile.message("a", "user", talks.HOSTILE * 3, 1),
        *talks.call(hostile, "b", talks.HOSTILE, talks.HOSTILE, "x" * 9000, 2),
        talks.answered(hostile, "c", "w" * 3000, 5, interrupted=True),
    ]
    report = {"tags": [talks.HOSTILE], "options": {"x": talks.HOSTILE}}
    record(dashboard, hostile, items, header=hostile.header(30, **report))
    return Talked(dashboard, ended, hostile)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_slow_answer_is_found_and_compared(
    open_page: OpenPage, talked: Talked, scripts: bool
) -> None:
    page = open_page(at=talked.dashboard.url, fresh=True, java_script_enabled=scripts)
    page.goto(f"/conversations/{talked.ended.job}")
    lines = page.get_by_role("region", name="Transcript").locator("ol.talk > li")
    expect(lines).to_have_count(14)
    page.get_by_role("link", name="Slow 1", exact=True).click()
    expect(lines).to_have_count(1)
    expect(lines).to_contain_text("3.40 s")
    page.get_by_role("link", name=re.compile("^All 14")).click()
    search = page.get_by_role("searchbox", name="Search this transcript")
    search.fill("friday")
    search.press("Enter")
    expect(lines).to_have_count(3)
    page.get_by_role("link", name="Compare").click()
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Compare conversations")).to_be_visible()
    expect(page.get_by_text("Good morning.")).to_be_visible()
    expect(page.get_by_text("I need to move my visit on Thursday.")).to_be_visible()


def test_one_that_runs_grows(open_page: OpenPage, talked: Talked) -> None:
    spoken = Spoken(agent="running")
    first = spoken.span("user_turn", 1, lk__pii__user_transcript="Is anybody there?")
    send(talked.dashboard, TRACES, spoken.traces(first))
    page = open_page(at=talked.dashboard.url, fresh=True)
    page.goto(f"/conversations/{spoken.job}")
    expect(page.get_by_text("Is anybody there?")).to_be_visible()
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    second = spoken.span("agent_turn", 3, lk__pii__response__text="Yes, I am.")
    send(talked.dashboard, TRACES, spoken.traces(second))
    expect(page.get_by_text("Yes, I am.")).to_be_visible(timeout=10_000)


@pytest.mark.parametrize("tab", ["transcript", "events", "instructions"])
@pytest.mark.parametrize("which", ["ended", "hostile"])
def test_everybody_can_use_it(open_page: OpenPage, talked: Talked, which: str, tab: str) -> None:
    page = open_page(at=talked.dashboard.url, fresh=True)
    job = getattr(talked, which).job
    page.goto(f"/conversations/{job}?tab={tab}")
    assert problems_everywhere(page) == {}


def test_everybody_can_compare(open_page: OpenPage, talked: Talked) -> None:
    page = open_page(at=talked.dashboard.url, fresh=True)
    pair = f"left={talked.ended.job}&right={talked.hostile.job}"
    for place in (f"compare?{pair}", f"compare?left={talked.ended.job}", "compare"):
        page.goto(f"/conversations/{place}")
        assert problems_everywhere(page) == {}


@pytest.mark.parametrize("place", ["{hostile}", "compare?left={ended}&right={hostile}"])
def test_narrow_screens(open_page: OpenPage, talked: Talked, place: str) -> None:
    page = open_page(at=talked.dashboard.url, fresh=True, viewport={"width": 390, "height": 800})
    jobs = {"ended": talked.ended.job, "hostile": talked.hostile.job}
    page.goto(f"/conversations/{place.format(**jobs)}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
