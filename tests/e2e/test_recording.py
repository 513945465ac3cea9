"""The player of a recording in a browser: from a line, by keyboard, in refreshes, and faults."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from app.services.conversations.recordings.drawing import draw_missing
from tests.e2e.axe import problems_everywhere
from tests.e2e.conftest import OpenPage
from tests.e2e.watch import Watch
from tests.routes.conversations.talks import answered, heard
from tests.support.dashboard import Dashboard
from tests.support.kept import Kept, kept_in
from tests.support.sounds import recording
from tests.support.uploads import TRACES, Spoken, record, send
from tests.support.waiting import until

SECONDS = 30
TIME = "document.getElementById('sound').currentTime"
PAUSED = "document.getElementById('sound').paused"


@pytest.fixture(scope="module")
def stored(
    start_dashboard: Callable[..., Dashboard], tmp_path_factory: pytest.TempPathFactory
) -> Dashboard:
    folder = tmp_path_factory.mktemp("store")
    files = (folder / "files").as_uri()
    return start_dashboard(database_url=f"sqlite:///{folder}/dashboard.db", storage_url=files)


def upload(stored: Dashboard, spoken: Spoken) -> None:
    """Upload a conversation of half a minute."""
    lines = [
        heard(spoken, "item_1", "Hello?", 0.0),
        answered(spoken, "item_2", "Hi, how can I help you?", 2.0),
        heard(spoken, "item_3", "Where is my parcel?", 12.0),
        answered(spoken, "item_4", "It arrives tomorrow.", 20.0),
    ]
    lines[3]["interrupted"] = True
    sent = record(stored, spoken, lines, recording(SECONDS), header=spoken.header(float(SECONDS)))
    assert sent.status_code == 200


def draw(stored: Dashboard) -> None:
    """Draw the waveforms that are missing, as the job does."""

    async def work(kept: Kept) -> None:
        await draw_missing(kept.store, kept.storage, kept.hub)

    kept_in(stored.settings.stored_in, stored.settings.files_in, work)


@pytest.fixture(scope="module")
def spoken(stored: Dashboard) -> Spoken:
    """A conversation whose waveform is drawn."""
    spoken = Spoken()
    upload(stored, spoken)
    draw(stored)
    return spoken


@pytest.fixture
def page(open_page: OpenPage, stored: Dashboard, spoken: Spoken) -> Page:
    """The page of the conversation."""
    page = open_page(at=stored.url)
    page.goto(f"/conversations/{spoken.job}")
    return page


def at(page: Page) -> float:
    """Return the position of the sound in seconds."""
    return float(page.evaluate(TIME))


def line(page: Page, text: str) -> Locator:
    """Return a line of the transcript."""
    return page.locator("[data-transcript] > li", has_text=text)


def test_it_plays_from_a_line_and_marks_what_is_heard(page: Page) -> None:
    line(page, "Where is my parcel?").get_by_text("Where is my parcel?").click()
    until(lambda: at(page) > 12.3)
    assert at(page) < 20
    assert page.evaluate(PAUSED) is False
    expect(line(page, "Where is my parcel?")).to_have_attribute("aria-current", "true")
    expect(page.locator("[data-heard]")).to_have_attribute("x", "40.000%")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    page.get_by_role("button", name="Pause", exact=True).click()
    assert page.evaluate(PAUSED) is True
    page.get_by_role("button", name="Next line", exact=True).click()
    assert at(page) == pytest.approx(20, abs=0.1)
    expect(line(page, "It arrives tomorrow.")).to_have_attribute("aria-current", "true")
    expect(page.locator("[data-transcript] > [aria-current]")).to_have_count(1)
    page.get_by_role("button", name="Previous line", exact=True).click()
    assert at(page) == pytest.approx(12, abs=0.1)


def test_the_time_of_a_line_is_a_link_to_its_sound(page: Page) -> None:
    line(page, "Hi, how can I help you?").locator("a.at").click()
    until(lambda: at(page) > 2.2)
    assert at(page) < 10


def test_the_keyboard(page: Page) -> None:
    page.keyboard.press("ArrowRight")
    assert at(page) == pytest.approx(5, abs=0.1)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert at(page) == pytest.approx(5, abs=0.1)
    page.keyboard.press("Space")
    until(lambda: at(page) > 5.3)
    page.keyboard.press("Space")
    assert page.evaluate(PAUSED) is True
    search = page.get_by_role("searchbox", name="Search this transcript")
    before = at(page)
    search.press_sequentially("a b")
    search.press("ArrowLeft")
    assert (at(page), page.evaluate(PAUSED)) == (before, True)
    slider = page.get_by_role("slider", name="Position in the recording")
    slider.press("End")
    assert at(page) == pytest.approx(SECONDS, abs=0.2)
    expect(slider).to_have_attribute("aria-valuetext", "0:30 of 0:30")
    slider.press("Home")
    assert at(page) == 0


def test_the_waveform_leads_there_and_the_speed_changes(page: Page) -> None:
    wave = page.get_by_role("slider", name="Position in the recording")
    wave.click()
    assert at(page) == pytest.approx(SECONDS / 2, abs=0.2)
    expect(page.locator("[data-clock]")).to_have_text("0:15")
    page.get_by_label("Speed").select_option("2")
    assert page.evaluate("document.getElementById('sound').playbackRate") == 2
    assert page.locator("#player .cross").count() == 1


def test_a_refresh_does_not_stop_the_sound(open_page: OpenPage, stored: Dashboard) -> None:
    spoken = Spoken()
    send(stored, TRACES, spoken.traces(spoken.span("user_turn")))
    page = open_page(at=stored.url)
    page.goto(f"/conversations/{spoken.job}")
    expect(page.locator("#player")).to_have_count(0)
    upload(stored, spoken)
    expect(page.locator("#player")).to_be_visible()
    page.get_by_role("button", name="Play", exact=True).click()
    until(lambda: at(page) > 0.2)
    page.evaluate("document.getElementById('sound').dataset.same = 'yes'")
    draw(stored)
    more = spoken.span("user_turn", 5)
    send(stored, TRACES, spoken.traces(more))
    expect(page.locator("#player [data-wave]")).to_be_visible()
    assert page.evaluate(PAUSED) is False
    before = at(page)
    assert before > 0.2
    until(lambda: at(page) > before)
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()


def test_without_scripts(open_page: OpenPage, stored: Dashboard, spoken: Spoken) -> None:
    page = open_page(at=stored.url, java_script_enabled=False)
    page.goto(f"/conversations/{spoken.job}")
    expect(page.locator("audio[controls]")).to_be_visible()
    expect(page.get_by_role("img", name="Waveform of the recording, 30 s")).to_be_visible()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_hidden()


def test_with_the_storage_away(page: Page, stored: Dashboard, watch: Watch) -> None:
    files = Path(stored.settings.files_in.removeprefix("file://"))
    away = files.with_name("away")
    watch.expect_status(503)
    files.rename(away)
    try:
        page.get_by_role("button", name="Play", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("be loaded, or can")
        page.reload()
        expect(page.locator("#player")).to_contain_text("be played now. Reading a file failed")
    finally:
        away.rename(files)


def test_it_is_accessible_everywhere(page: Page) -> None:
    page.keyboard.press("ArrowRight")
    assert problems_everywhere(page) == {}
