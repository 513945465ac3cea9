"""Recording to S3 from a room's page: few clicks, and what will be written is always in view."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from livekit import api
from playwright.sync_api import Locator, Page, expect

from app.text.paths import room_path
from dev.workers import Standin
from tests.e2e.conftest import NARROW, OpenPage
from tests.e2e.jobs import begun
from tests.e2e.watch import Watch
from tests.routes.asked import Ask
from tests.support.dashboard import Dashboard

KEY, SECRET = "AKIA-of-the-presets", "secret-of-the-presets"
PRESETS = """
[[preset]]
name = "Recordings EU"
type = "s3"
bucket = "tapes"
path_prefix = "daily"
access_key = { env = "PRESETS_KEY" }
secret = { env = "PRESETS_SECRET" }
"""


class Clicks:
    """Counts clicks, and fields that are filled in or chosen from."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, target: Locator) -> None:
        """Click."""
        self.count += 1
        target.click()

    def fill(self, target: Locator, text: str) -> None:
        """Type into a field."""
        self.count += 1
        target.fill(text)

    def choose(self, target: Locator, value: str) -> None:
        """Choose an option."""
        self.count += 1
        target.select_option(value)


@pytest.fixture
def clicks() -> Clicks:
    """The clicks of one job."""
    return Clicks()


@pytest.fixture(scope="module")
def stocked(start_dashboard: Callable[..., Dashboard]) -> Iterator[Dashboard]:
    """A dashboard with one storage preset."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRESETS_KEY", KEY)
        patch.setenv("PRESETS_SECRET", SECRET)
        yield start_dashboard(egress_presets=PRESETS)


def stored(livekit: Ask, standin: Standin, room: str) -> Any:
    """Return the file output of the room's one job, as its worker received it."""
    asked: Any = begun(livekit, standin, room).asked
    return asked.file_outputs[0]


def record(page: Page, room: str, clicks: Clicks) -> Locator:
    """Open the form on the room's page."""
    page.goto(room_path(room))
    clicks.on(page.get_by_role("link", name="Record", exact=True))
    return page.locator("main form[data-form]")


def test_with_a_preset_it_takes_two_clicks(
    open_page: OpenPage,
    stocked: Dashboard,
    room: str,
    livekit: Ask,
    standin: Standin,
    clicks: Clicks,
) -> None:
    page = open_page(at=stocked.url)
    form = record(page, room, clicks)
    expect(form.get_by_label("Upload to")).to_have_value("preset:Recordings EU")
    expect(page.locator("#preview")).to_contain_text(f"daily/{room}-{{time}}.mp4")
    expect(page.locator("#preview")).to_contain_text("preset Recordings EU, bucket tapes")
    clicks.on(form.get_by_role("button", name="Start recording"))
    expect(page.locator(".notice.ok")).to_contain_text("Recording started.")
    assert clicks.count == 2
    upload = api.S3Upload(bucket="tapes", access_key=KEY, secret=SECRET)
    assert stored(livekit, standin, room) == api.EncodedFileOutput(filepath="daily/", s3=upload)
    assert KEY not in page.content()
    assert SECRET not in page.content()


def test_by_hand_it_takes_no_more_than_seven(
    page: Page, room: str, livekit: Ask, standin: Standin, clicks: Clicks
) -> None:
    form = record(page, room, clicks)
    clicks.choose(form.get_by_label("Upload to"), "s3")
    for name, text in (
        ("Bucket", "tapes"),
        ("Region", "eu-1"),
        ("Access key", "typed-key"),
        ("Secret", "typed-secret"),
    ):
        box = form.get_by_role("textbox", name=name, exact=True).locator("visible=true")
        clicks.fill(box, text)
    clicks.on(form.get_by_role("button", name="Start recording"))
    expect(page.locator(".notice.ok")).to_contain_text("Recording started.")
    assert clicks.count <= 7
    upload = api.S3Upload(
        bucket="tapes", region="eu-1", access_key="typed-key", secret="typed-secret"
    )
    assert stored(livekit, standin, room).s3 == upload


def test_the_storage_is_below_its_file(page: Page, room: str) -> None:
    page.goto(f"/egress/-/new?room={room}")
    path, storage = page.get_by_label("Path", exact=True), page.get_by_label("Upload to")
    segments = page.get_by_role("checkbox", name="HLS segments")
    above, middle, below = (each.bounding_box() for each in (path, storage, segments))
    assert above
    assert middle
    assert below
    assert above["y"] < middle["y"] < below["y"]
    assert middle["y"] - above["y"] < 200
    page.get_by_role("checkbox", name="File", exact=True).uncheck()
    expect(storage).to_be_hidden()
    segments.check()
    expect(storage).to_be_visible()


@pytest.mark.parametrize("viewport", [None, NARROW], ids=["wide", "narrow"])
def test_what_will_be_written_stays_in_view_and_follows_the_typing(
    open_page: OpenPage, room: str, viewport: Any
) -> None:
    page = open_page(**({"viewport": viewport} if viewport else {}))
    page.goto(f"/egress/-/new?room={room}")
    preview, start = page.locator("#preview"), page.get_by_role("button", name="Start recording")
    page.get_by_label("Path", exact=True).fill("rec/{room_name}/{date}")
    expect(preview).to_contain_text(f"rec/{room}/{{date}}.mp4")
    expect(preview).to_contain_text("{date} isn't a placeholder", use_inner_text=False)
    page.locator("#f-media").select_option("audio")
    expect(preview).to_contain_text(f"rec/{room}/{{date}}.ogg")
    page.get_by_label("Upload to").select_option("s3")
    expect(preview).to_contain_text("S3, no bucket yet")
    with page.expect_request("**/egress/-/preview?**") as asked:
        page.locator("#f-s3_secret").fill("typed-secret")
    assert "typed-secret" not in asked.value.url
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(start).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport(ratio=1)
    expect(preview).to_be_in_viewport(ratio=0.9)


def test_a_field_is_never_below_the_head(page: Page, room: str) -> None:
    page.goto(f"/egress/-/new?room={room}")
    page.get_by_label("Upload to").select_option("s3")
    page.locator("#f-s3_force_path_style").focus()
    for _ in range(8):  # back up, where the head would cover the fields
        page.keyboard.press("Shift+Tab")
        field = page.evaluate("document.activeElement.getBoundingClientRect().top")
        head = page.evaluate("document.querySelector('.start-head').getBoundingClientRect().bottom")
        assert field >= head


def test_the_search_leads_to_the_page(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name="Search")
    dialog.locator("input[name=q]").fill("record")
    dialog.get_by_role("link", name="Start egress").click()
    expect(page.locator("main .start-form")).to_be_visible()
    expect(page.locator("dialog")).to_be_hidden()


def test_a_preview_that_fails_says_so(page: Page, room: str, watch: Watch) -> None:
    page.goto(f"/egress/-/new?room={room}")
    page.route("**/egress/-/preview?**", lambda route: route.abort())
    page.get_by_label("Path", exact=True).fill("x")
    expect(page.locator("#preview")).to_have_text(
        "The preview is not available: the dashboard isn't responding."
    )
    watch.expect("net::ERR_FAILED", "htmx:error: Failed to fetch")
