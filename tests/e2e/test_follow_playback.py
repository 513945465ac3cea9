"""The trace follows the recording: with the switch, by keyboard, in long traces, without motion."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.support.dashboard import Dashboard
from tests.support.sounds import recording
from tests.support.uploads import TRACES, Spoken, record, send
from tests.support.waiting import until

SECONDS = 240
TURNS = 110  # more than one page of the trace has
EACH = 2  # seconds
PLAYED = "document.getElementById('sound').currentTime"
# before it is loaded, no event says that it has another moment
SEEK = """at => {
  const sound = document.getElementById("sound");
  sound.currentTime = at;
  sound.dispatchEvent(new Event("seeking"));
}"""
# what the page asks of rows: that they scroll, and how
LISTEN = """() => {
  window.scrolls = [];
  const scroll = Element.prototype.scrollIntoView;
  Element.prototype.scrollIntoView = function (how) {
    window.scrolls.push([this.id, how.behavior]);
    scroll.call(this, how);
  };
}"""


@pytest.fixture(scope="module")
def stored(
    start_dashboard: Callable[..., Dashboard], tmp_path_factory: pytest.TempPathFactory
) -> Dashboard:
    folder = tmp_path_factory.mktemp("followed")
    return start_dashboard(
        database_url=f"sqlite:///{folder}/dashboard.db", storage_url=f"file://{folder}/files"
    )


@pytest.fixture(scope="module")
def spoken(stored: Dashboard) -> Spoken:
    """A conversation of four minutes: so many turns that they are folded, and then silence."""
    spoken = Spoken()
    session = spoken.span("agent_session", 0, SECONDS)
    spans = [session]
    for number in range(TURNS):
        turn = spoken.span("agent_turn", number * EACH, 1.9, parent=session.span_id)
        model = f"model-{number}."
        request = spoken.span(
            "llm_request",
            number * EACH + 0.1,
            1.7,
            parent=turn.span_id,
            gen_ai__request__model=model,
        )
        voices = [
            spoken.span("tts_request", number * EACH + 1 + n / 5, 0.1, parent=request.span_id)
            for n in range(2)
        ]
        spans += [turn, request, *voices]
    assert send(stored, TRACES, spoken.traces(*spans)).status_code == 200
    sent = record(stored, spoken, [], recording(SECONDS), header=spoken.header(float(SECONDS)))
    assert sent.status_code == 200
    return spoken


@pytest.fixture
def page(open_page: OpenPage, stored: Dashboard, spoken: Spoken) -> Page:
    page = open_page(at=stored.url)
    page.goto(f"/conversations/{spoken.job}?tab=trace")
    page.evaluate(LISTEN)
    return page


def switch(page: Page) -> Locator:
    return page.get_by_role("switch", name="Follow playback")


def marked(page: Page) -> Locator:
    return page.locator("table.spans tr[aria-current]")


def play_from(page: Page, at: float) -> None:
    page.evaluate(SEEK, at)
    page.get_by_role("button", name="Play", exact=True).click()
    until(lambda: page.evaluate(PLAYED) > at)


def opened(page: Page, number: int) -> Locator:
    """Open a turn, and return the row of its request."""
    page.locator("table.spans tr", has_text="agent_turn").nth(number).get_by_role(
        "link", name="Spans inside agent_turn"
    ).click()
    row = page.locator("table.spans tr", has_text=re.compile(rf"model-{number}\."))
    expect(row).to_have_count(1)
    return row


def test_it_is_off_until_somebody_turns_it_on(page: Page) -> None:
    expect(switch(page)).not_to_be_checked()
    play_from(page, 20.2)
    expect(marked(page)).to_have_count(0)
    switch(page).check()
    expect(marked(page)).to_have_count(1)
    expect(marked(page)).to_be_in_viewport()
    first = marked(page).get_attribute("id")
    until(lambda: marked(page).count() == 1 and marked(page).get_attribute("id") != first)
    switch(page).uncheck()
    expect(marked(page)).to_have_count(0)


def test_by_the_keyboard(page: Page) -> None:
    switch(page).focus()
    page.keyboard.press("Space")
    expect(switch(page)).to_be_checked()
    assert page.evaluate("document.getElementById('sound').paused")
    page.evaluate(SEEK, 60.5)
    expect(marked(page)).to_have_count(1)
    assert page.evaluate("window.scrolls") == [], "nothing plays"


def test_the_innermost_span_is_the_one(page: Page) -> None:
    switch(page).check()
    request = opened(page, 3)
    page.evaluate(SEEK, 3 * EACH + 0.05)
    expect(marked(page)).to_contain_text("agent_turn")
    page.evaluate(SEEK, 3 * EACH + 0.5)
    expect(request).to_have_attribute("aria-current", "true")
    expect(marked(page)).to_have_count(1)


def test_what_a_page_does_not_list_is_loaded(page: Page) -> None:
    expect(page.locator("table.spans tr", has_text="model-105.")).to_have_count(0)
    switch(page).check()
    play_from(page, 105 * EACH + 0.3)
    expect(marked(page)).to_have_count(1)
    expect(marked(page)).to_be_in_viewport()
    expect(page).to_have_url(re.compile(r"start=\d+&end=\d+"))
    expect(switch(page)).to_be_checked()
    until(lambda: page.evaluate(PLAYED) > 105 * EACH + 1)
    assert not page.evaluate("document.getElementById('sound').paused")


@pytest.mark.parametrize(
    ("motion", "behavior"), [("reduce", "instant"), ("no-preference", "smooth")]
)
def test_it_moves_as_the_system_says(page: Page, motion: str, behavior: str) -> None:
    page.emulate_media(reduced_motion=motion)  # type: ignore[arg-type]
    switch(page).check()
    play_from(page, 80.2)
    found = until(lambda: page.evaluate("window.scrolls"))
    assert found[0][1] == behavior


def test_a_refresh_keeps_it(page: Page) -> None:
    switch(page).check()
    page.evaluate(SEEK, 20.5)
    expect(marked(page)).to_have_count(1)
    page.get_by_role("group", name="Part of the time").get_by_role(
        "link", name="1 min", exact=True
    ).click()
    page.get_by_role("link", name="All", exact=True).first.click()
    expect(marked(page)).to_have_count(1)
    expect(switch(page)).to_be_checked()


def test_without_scripts_nothing_of_it_is_shown(
    open_page: OpenPage, stored: Dashboard, spoken: Spoken
) -> None:
    page = open_page(at=stored.url, java_script_enabled=False)
    page.goto(f"/conversations/{spoken.job}?tab=trace")
    expect(page.locator("table.spans tr").first).to_be_visible()
    expect(page.get_by_text("Follow playback")).to_be_hidden()


def test_a_trace_without_a_recording_has_none(open_page: OpenPage, stored: Dashboard) -> None:
    other = Spoken()
    send(stored, TRACES, other.traces(other.span("agent_turn")))
    page = open_page(at=stored.url)
    page.goto(f"/conversations/{other.job}?tab=trace")
    expect(page.locator("table.spans tr").first).to_be_visible()
    expect(page.get_by_text("Follow playback")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_accessible_everywhere(
    open_page: OpenPage, stored: Dashboard, spoken: Spoken, width: int
) -> None:
    page = open_page(at=stored.url, viewport={"width": width, "height": 900})
    page.goto(f"/conversations/{spoken.job}?tab=trace")
    switch(page).check()
    page.evaluate(SEEK, 20.5)
    expect(marked(page)).to_have_count(1)
    assert problems_everywhere(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
