"""Conversations in a browser: found by what was said, filtered, set up, and accessible."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.e2e.watch import Watch
from tests.support import conversations as talks
from tests.support.dashboard import Dashboard
from tests.support.history import keep, minutes

PRICES = 'currency = "EUR"\n[[model]]\nmodel = "small"\nper_million_input_tokens = 2\n'
LONG = "a very long tag that no column has room for " * 4


@pytest.fixture(scope="module")
def talked(
    start_dashboard: Callable[..., Dashboard], tmp_path_factory: pytest.TempPathFactory
) -> Dashboard:
    """A dashboard with two conversations."""
    folder = tmp_path_factory.mktemp("store")
    url = f"sqlite:///{folder}/dashboard.db"
    first = talks.conversation(
        "AJ_1", caller="amara", tool_calls=2, tool_failures=1, interruptions=1, outcome="success"
    )
    second = talks.conversation("AJ_2", agent="sales", started_at=minutes(9), ended_at=None)
    lines = [
        talks.line(first, 1, "Where is my <b>order</b>?"),
        talks.line(second, 1, "I want to buy something"),
    ]
    table = {
        talks.CONVERSATIONS: [first, second],
        talks.CONVERSATION_ITEMS: lines,
        talks.CONVERSATION_USAGE: [
            talks.used(first, "small") | {"input_tokens": 300_000},
            talks.used(second, "small") | {"input_tokens": 12_000},
            talks.used(second, LONG[:200]),
        ],
        talks.CONVERSATION_TAGS: [talks.tagged(first, LONG[:200]), talks.tagged(first, "vip")],
    }
    keep(url, table)
    return start_dashboard(
        database_url=url, storage_url=f"file://{folder}/files", model_prices=PRICES
    )


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_conversation_is_found_by_what_was_said(
    open_page: OpenPage, talked: Dashboard, scripts: bool
) -> None:
    page = open_page(at=talked.url, fresh=True, java_script_enabled=scripts)
    page.goto("/conversations")
    page.get_by_role("searchbox", name="Filter by words that were said").fill("my orde")
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_have_text(["my", "order"])
    expect(page.get_by_role("link", name="sales", exact=True)).to_have_count(0)
    page.get_by_role("link", name="receptionist", exact=True).click()
    expect(page).to_have_url(re.compile("/conversations/AJ_1"))


def test_more_filters_and_their_removal(open_page: OpenPage, talked: Dashboard) -> None:
    page = open_page(at=talked.url, fresh=True)
    page.goto("/conversations")
    page.get_by_text("More filters", exact=True).click()
    page.get_by_label("With failed tool calls").check()
    expect(page).to_have_url(re.compile("tools=1"))
    expect(page.get_by_role("link", name="sales", exact=True)).to_have_count(0)
    page.get_by_label("Tag", exact=True).fill("vip")
    expect(page).to_have_url(re.compile("tag=vip"))
    page.get_by_text("More filters", exact=True).click()
    page.get_by_role("link", name="Remove this filter").first.click()
    expect(page).not_to_have_url(re.compile("tools=1"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_two_are_selected_and_compared(
    open_page: OpenPage, talked: Dashboard, watch: Watch, scripts: bool
) -> None:
    page = open_page(at=talked.url, fresh=True, java_script_enabled=scripts)
    page.goto("/conversations")
    compare = page.get_by_role("button", name="Compare", exact=True)
    boxes = page.get_by_role("checkbox", name=re.compile("^Select "))
    boxes.first.check()
    if scripts:
        expect(page.get_by_text("1 selected", exact=True)).to_be_visible()
        expect(compare).to_be_disabled()
    else:
        watch.expect_status(422)
        compare.click()
        expect(page.get_by_role("alert")).to_contain_text("Select exactly two conversations.")
        page.go_back()
    boxes.last.check()
    compare.click()
    expect(page).to_have_url(re.compile("job=AJ_2&job=AJ_1"))
    expect(page.get_by_role("heading", name="Figures")).to_be_visible()
    expect(page.get_by_text("I want to buy something")).to_be_visible()


def test_uploads_are_tested_and_switched_off(open_page: OpenPage, talked: Dashboard) -> None:
    page = open_page(at=talked.url, fresh=True)
    page.goto("/conversations/-/set-up")
    expect(page.get_by_text(f"LIVEKIT_OBSERVABILITY_URL={talked.url}")).to_be_visible()
    page.get_by_role("link", name="Test uploads").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Test uploads").click()
    expect(dialog.get_by_text("Received.")).to_be_visible()
    dialog.get_by_role("link", name="Cancel").click()
    for now, state in (("off", "Uploads are off since"), ("on", "Last upload")):
        page.get_by_role("link", name=f"Switch uploads {now}").click()
        page.get_by_role("button", name=f"Switch uploads {now}").click()
        expect(page.get_by_role("heading", name="Set up conversations")).to_be_visible()
        expect(page.get_by_text(state).first).to_be_visible()


@pytest.mark.parametrize(
    "place",
    ["/conversations", "/conversations?q=order&tools=1", "/conversations/-/set-up"],
)
def test_accessible_everywhere(open_page: OpenPage, talked: Dashboard, place: str) -> None:
    page = open_page(at=talked.url, fresh=True)
    page.goto(place)
    assert problems_everywhere(page) == {}
    for width in (390, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
