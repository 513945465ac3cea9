"""The trace and the log of a conversation in a browser: opened, folded, zoomed, by the keyboard."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.support.dashboard import Dashboard
from tests.support.uploads import LOGS, TRACES, Spoken, record, send

MODES = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
TURNS = 80
THIRD = re.compile(r"tool-3\b")


@dataclass(frozen=True)
class Traced:
    """A dashboard with a conversation of some turns."""

    dashboard: Dashboard
    spoken: Spoken

    @property
    def path(self) -> str:
        """The page of the conversation."""
        return f"/conversations/{self.spoken.job}"


@pytest.fixture(scope="module")
def traced(
    start_dashboard: Callable[..., Dashboard], tmp_path_factory: pytest.TempPathFactory
) -> Traced:
    """A conversation of so many spans that its turns are folded; one tool call failed."""
    folder = tmp_path_factory.mktemp("traced")
    dashboard = start_dashboard(
        database_url=f"sqlite:///{folder}/dashboard.db", storage_url=f"file://{folder}/files"
    )
    spoken = Spoken(began=time.time() - 900)
    session = spoken.span("agent_session", 0, TURNS * 10)
    spans = [session]
    for number in range(TURNS):
        at = number * 10 + 1
        turn = spoken.span("agent_turn", at, 6, parent=session.span_id, number=number)
        node = spoken.span("llm_node", at + 0.1, 2, parent=turn.span_id)
        request = spoken.span("llm_request", at + 0.2, 1.8, parent=node.span_id)
        tool = spoken.span(
            "function_tool",
            at + 2,
            0.3,
            parent=turn.span_id,
            lk__function_tool__name=f"tool-{number}",
            lk__function_tool__is_error=number == 3,
            lk__pii__function_tool__output='{"day":{"name":"Thursday"}}',
        )
        spans += [turn, node, request, tool]
    spans.append(spoken.span("event_loop_blocked", 15, 0.7, parent=session.span_id))
    assert send(dashboard, TRACES, spoken.traces(*spans)).status_code == 200
    error = ("it failed", {"exception.stacktrace": "Traceback: the stack"})
    assert send(dashboard, LOGS, spoken.logs("", error, severity=17)).status_code == 200
    info = [(f"line {number}", {"n": number}) for number in range(3)]
    assert send(dashboard, LOGS, spoken.logs("", *info, severity=9)).status_code == 200
    record(dashboard, spoken)
    return Traced(dashboard, spoken)


def rows(page: Page) -> Locator:
    return page.locator("table.spans tbody tr")


@MODES
def test_a_turn_is_opened_and_a_span_read(
    open_page: OpenPage, traced: Traced, scripts: bool
) -> None:
    page = open_page(at=traced.dashboard.url, fresh=True, java_script_enabled=scripts)
    page.goto(traced.path)
    page.get_by_role("link", name=re.compile("^Trace")).first.click()
    expect(rows(page)).to_have_count(TURNS + 2)
    turn = rows(page).filter(has_text="1 failed")
    turn.get_by_role("link", name="Spans inside agent_turn").click()
    expect(rows(page)).to_have_count(TURNS + 5)
    expect(page.get_by_role("link", expanded=True)).to_have_count(2)  # the turn, and its llm_node
    failed = rows(page).filter(has_text=THIRD)
    expect(failed.get_by_role("img", name="Failed")).to_be_visible()
    failed.get_by_role("link", name="function_tool", exact=True).click()
    aside = page.get_by_role("region", name="function_tool", exact=True)
    expect(aside).to_contain_text('"name": "Thursday"')
    expect(aside).to_contain_text("lk.function_tool.is_error")
    aside.get_by_role("link", name="Zoom to this turn").click()
    expect(rows(page)).to_have_count(5)
    expect(page).to_have_url(re.compile(r"start=\d+&end=\d+"))
    page.get_by_role("link", name="All", exact=True).first.click()
    expect(rows(page)).to_have_count(TURNS + 5)
    aside.get_by_role("link", name="agent_turn", exact=True).click()
    expect(page.get_by_role("heading", name="agent_turn")).to_be_visible()


@MODES
def test_spans_are_searched(open_page: OpenPage, traced: Traced, scripts: bool) -> None:
    page = open_page(at=traced.dashboard.url, fresh=True, java_script_enabled=scripts)
    page.goto(f"{traced.path}?tab=trace")
    page.get_by_role("link", name="Stalls 1", exact=True).click()
    expect(rows(page)).to_have_count(1)
    page.get_by_role("link", name="Failed 1", exact=True).click()
    expect(rows(page)).to_contain_text(["tool-3"])
    page.get_by_role("group", name="Which spans").get_by_role(
        "link", name="All", exact=True
    ).click()
    expect(rows(page)).to_have_count(TURNS + 2)  # before that, it is the page before
    page.get_by_role("searchbox", name="Search spans by name, model or tool").fill("TOOL-12")
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("tool-12")


def test_by_the_keyboard_alone(open_page: OpenPage, traced: Traced) -> None:
    page = open_page(at=traced.dashboard.url, fresh=True)
    page.goto(f"{traced.path}?tab=trace")
    rows(page).nth(1).get_by_role("link", name="Spans inside agent_turn").focus()
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(TURNS + 5)
    opened = rows(page).nth(1).get_by_role("link", name="Spans inside agent_turn")
    expect(opened).to_be_focused()  # the page was not loaded again
    expect(opened).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="agent_turn")).to_be_visible()
    expect(rows(page).nth(1).get_by_role("link", name="agent_turn", exact=True)).to_be_focused()


def test_on_a_narrow_screen(open_page: OpenPage, traced: Traced) -> None:
    viewport = {"width": 390, "height": 844}
    page = open_page(at=traced.dashboard.url, fresh=True, viewport=viewport)
    for tab in ("?tab=trace", "?tab=logs"):
        page.goto(traced.path + tab)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto(f"{traced.path}?tab=trace")
    rows(page).nth(1).get_by_role("link", name="agent_turn", exact=True).click()
    expect(page.get_by_role("heading", name="agent_turn")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@MODES
def test_a_line_of_the_log_is_found(open_page: OpenPage, traced: Traced, scripts: bool) -> None:
    page = open_page(at=traced.dashboard.url, fresh=True, java_script_enabled=scripts)
    page.goto(f"{traced.path}?tab=logs")
    lines = page.locator("table.log-lines tbody tr")
    expect(lines).to_have_count(4)
    page.get_by_role("link", name="Errors 1", exact=True).click()
    expect(lines).to_have_count(1)
    lines.get_by_role("link", name="it failed", exact=True).click()
    expect(page.get_by_text("Traceback: the stack")).to_be_visible()


def test_accessible(open_page: OpenPage, traced: Traced) -> None:
    page = open_page(at=traced.dashboard.url, fresh=True)
    page.goto(f"{traced.path}?tab=trace")
    page.get_by_role("link", name="Spans inside agent_turn").nth(3).click()
    rows(page).filter(has_text=THIRD).get_by_role("link", name="function_tool").click()
    expect(page.get_by_role("heading", name="function_tool")).to_be_visible()
    chosen = page.url.partition(traced.dashboard.url)[2]
    span = re.search(r"span=(\w+)", chosen)
    assert span
    for path in (chosen, f"{traced.path}?tab=logs", f"{traced.path}/spans/{span.group(1)}"):
        page.goto(path)
        assert problems_everywhere(page) == {}
