"""Starting egress in the browser: two clicks for the usual, and one page for everything else."""

from typing import Any

import pytest
from livekit import api
from playwright.sync_api import Locator, Page, expect

from app.text.paths import room_path
from dev.workers import Standin
from tests.e2e.conftest import Join
from tests.e2e.jobs import begin, begun
from tests.e2e.people import act
from tests.e2e.watch import Watch
from tests.routes.asked import Ask
from tests.routes.egress.jobs import of_room
from tests.support.waiting import until

COVER = "field => getComputedStyle(field).webkitTextSecurity"


@pytest.fixture
def form(page: Page, room: str) -> Locator:
    """Return the page that records a room, opened from the room's page."""
    page.goto(room_path(room))
    page.get_by_role("link", name="Record", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Record {room}")
    expect(page.locator("dialog")).to_be_hidden()
    return page.locator("main form[data-form]")


def test_two_clicks_record_the_room(
    page: Page, form: Locator, room: str, livekit: Ask, standin: Standin
) -> None:
    form.get_by_role("button", name="Start recording").click()
    expect(page.locator(".notice.ok")).to_contain_text("Recording started.")
    job = begun(livekit, standin, room)
    expect(page).to_have_url(f"/egress/{job.egress_id}")
    expect(page.get_by_role("heading", level=1)).to_have_text(job.egress_id)
    assert job.asked == api.RoomCompositeEgressRequest(
        room_name=room, layout="grid", file_outputs=[api.EncodedFileOutput()]
    )


def test_what_is_ticked_shows_its_fields_and_reaches_the_worker(
    page: Page, form: Locator, room: str, livekit: Ask, standin: Standin
) -> None:
    addresses = form.get_by_role("textbox", name="Stream URLs")
    expect(addresses).to_be_hidden()
    form.get_by_role("checkbox", name="Stream").check()
    addresses.fill("rtmp://127.0.0.1/live/key-of-the-first\nrtmp://127.0.0.1/live/another-one")
    path = form.get_by_role("textbox", name="Path", exact=True)
    expect(path).to_be_visible()
    form.get_by_role("checkbox", name="File").uncheck()
    expect(path).to_be_hidden()
    for tick, field in (("HLS segments", "Playlist"), ("Images", "Image path prefix")):
        box = form.get_by_role("textbox", name=field, exact=True)
        expect(box).to_be_hidden()
        form.get_by_role("checkbox", name=tick).check()
        expect(box).to_be_visible()
    form.get_by_role("textbox", name="Playlist", exact=True).fill("all.m3u8")
    form.get_by_role("checkbox", name="Images").uncheck()
    width = form.get_by_role("textbox", name="Width")
    expect(width).to_be_hidden()
    form.get_by_label("Preset").select_option("advanced")
    width.fill("640")
    form.get_by_role("button", name="Start recording").click()
    expect(page.locator(".notice.ok")).to_be_visible()
    urls = ["rtmp://127.0.0.1/live/key-of-the-first", "rtmp://127.0.0.1/live/another-one"]
    assert begun(livekit, standin, room).asked == api.RoomCompositeEgressRequest(
        room_name=room,
        layout="grid",
        stream_outputs=[api.StreamOutput(protocol="RTMP", urls=urls)],
        segment_outputs=[api.SegmentedFileOutput(playlist_name="all.m3u8")],
        advanced=api.EncodingOptions(width=640),
    )
    expect(page.locator("#output-1")).to_contain_text("rtmp://127.0.0.1/live/{key...rst}")
    expect(page.locator("main")).not_to_contain_text("key-of-the-first")


def test_a_storage_shows_its_fields_and_no_other(
    page: Page, form: Locator, room: str, livekit: Ask, standin: Standin
) -> None:
    own = {
        "s3": "s3_secret",
        "gcp": "gcp_credentials",
        "azure": "azure_account_key",
        "alioss": "alioss_secret",
    }
    for storage in ("", *own):
        form.get_by_label("Upload to").select_option(storage)
        for each, name in own.items():
            expect(form.locator(f"#f-{name}")).to_be_visible(visible=each == storage)
    form.get_by_label("Upload to").select_option("s3")
    for name, text in (
        ("Bucket", "tapes"),
        ("Access key", "typed-key"),
        ("Secret", "typed-secret"),
    ):
        form.get_by_role("textbox", name=name, exact=True).locator("visible=true").fill(text)
    for name in own.values():
        assert form.locator(f"#f-{name}").evaluate(COVER) == "disc", name
    form.get_by_role("button", name="Start recording").click()
    expect(page.locator(".notice.ok")).to_be_visible()
    upload = api.S3Upload(bucket="tapes", access_key="typed-key", secret="typed-secret")
    asked: Any = begun(livekit, standin, room).asked
    assert asked.file_outputs == [api.EncodedFileOutput(s3=upload)]
    shown = page.content()
    assert "tapes" in shown
    assert "typed-secret" not in shown
    assert "typed-key" not in shown


def test_the_tabs_offer_who_and_what_is_in_the_room(
    page: Page, room: str, join: Join, livekit: Ask, standin: Standin
) -> None:
    ada = join(room, "ada", name="Ada", audio=True, video=True)
    join(room, "bob")
    recorder = begin(livekit, room)
    page.goto(room_path(room))
    page.get_by_role("link", name="Stop recording…").wait_for()
    act(page, "Start another recording")
    form = page.locator("main form[data-form]")
    form.get_by_role("link", name="Participant").click()
    expect(form.get_by_role("link", name="Participant")).to_have_attribute("aria-current", "page")
    options = form.get_by_label("Participant", exact=True).locator("option")
    expect(options).to_have_text(["Ada (ada), 2 tracks", "bob, 0 tracks"])
    form.get_by_role("link", name="Two tracks").click()
    audio, video = form.get_by_label("Audio track"), form.get_by_label("Video track")
    expect(audio.locator("option")).to_have_text(["None", "Ada, microphone opus with RED"])
    audio.select_option(ada.track_sids["microphone"])
    video.select_option(ada.track_sids["camera"])
    form.get_by_role("button", name="Start recording").click()
    expect(page.locator(".notice.ok")).to_be_visible()
    assert begun(livekit, standin, room, recorder).asked == api.TrackCompositeEgressRequest(
        room_name=room,
        audio_track_id=ada.track_sids["microphone"],
        video_track_id=ada.track_sids["camera"],
        file_outputs=[api.EncodedFileOutput()],
    )


def test_one_track_goes_to_a_file_or_to_a_websocket(
    page: Page, room: str, join: Join, livekit: Ask, standin: Standin
) -> None:
    ada = join(room, "ada", audio=True)
    page.goto(f"/egress/-/new?type=track&room={room}")
    page.get_by_label("Track", exact=True).select_option(ada.track_sids["microphone"])
    socket = page.get_by_label("WebSocket URL", exact=True)
    file = page.get_by_label("Path", exact=True)
    expect(socket).to_be_hidden()
    expect(file).to_be_visible()
    page.get_by_label("Send to").select_option("websocket")
    expect(file).to_be_hidden()
    socket.fill("wss://127.0.0.1/frames")
    page.get_by_role("button", name="Start recording").click()
    expect(page.locator(".notice.ok")).to_be_visible()
    assert begun(livekit, standin, room).asked == api.TrackEgressRequest(
        room_name=room,
        track_id=ada.track_sids["microphone"],
        websocket_url="wss://127.0.0.1/frames",
    )


def test_an_error_is_marked_and_all_that_was_typed_is_kept(
    page: Page, form: Locator, room: str, livekit: Ask, watch: Watch
) -> None:
    kept = {
        "layout": "speaker",
        "filepath": "kept/{room_name}",
        "urls": "http://wrong/a/b",
        "s3_region": "eu-1",
        "s3_secret": "typed-secret",
        "s3_metadata": "team=media",
    }
    form.get_by_role("checkbox", name="Stream").check()
    form.get_by_role("checkbox", name="Images").check()
    form.get_by_label("Upload to").select_option("s3")
    form.get_by_text("More S3 options").click()
    for name, text in kept.items():
        form.locator(f"#f-{name}").fill(text)
    form.get_by_role("button", name="Start recording").click()
    addresses = form.get_by_role("textbox", name="Stream URLs")
    expect(addresses).to_have_attribute("aria-invalid", "true")
    expect(form.locator("#f-s3_bucket")).to_be_focused()  # the first of the wrong ones
    expect(form.get_by_role("link", name="This field is required.")).to_be_visible()
    expect(addresses).to_have_accessible_description(
        "Line 1: use rtmp://, rtmps://, srt://, mux:// or twitch://."
    )
    expect(form.locator("#f-s3_bucket, #f-s3_access_key")).to_have_count(2)
    for name in ("s3_bucket", "s3_access_key"):
        expect(form.locator(f"#f-{name}")).to_have_attribute("aria-invalid", "true")
        expect(form.locator(f"#e-{name}")).to_be_visible()
    for name, text in kept.items():
        expect(form.locator(f"#f-{name}")).to_have_value(text)
    for name in ("File", "Stream", "Images"):
        expect(form.get_by_role("checkbox", name=name)).to_be_checked()
    expect(form.get_by_label("Upload to")).to_have_value("s3")
    assert of_room(livekit, room) == []
    addresses.fill("srt://127.0.0.1:9000")
    form.locator("#f-s3_bucket").fill("tapes")
    form.locator("#f-s3_secret").fill("")
    form.get_by_role("button", name="Start recording").click()
    expect(page.locator(".notice.ok")).to_contain_text("Recording started.")
    assert until(lambda: of_room(livekit, room))
    watch.expect_status(422)


def test_an_error_in_what_is_folded_is_seen(page: Page, form: Locator, watch: Watch) -> None:
    address = form.get_by_role("textbox", name="Template URL")
    expect(address).to_be_hidden()
    form.get_by_text("Template and mixing").click()
    address.fill("not an address")
    form.get_by_role("button", name="Start recording").click()
    expect(address).to_be_focused()
    expect(address).to_have_accessible_description(
        "Enter a URL that starts with http:// or https://."
    )
    watch.expect_status(422)


def test_a_room_is_named_first_where_none_is_given(
    page: Page, room: str, join: Join, livekit: Ask, standin: Standin
) -> None:
    join(room, "ada")
    page.goto("/egress")
    page.locator(".page-head").get_by_role("link", name="Start egress").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Start egress")
    form = page.locator("main .start-form")
    form.get_by_role("link", name="Participant").click()
    expect(form.get_by_role("link", name="Participant")).to_have_attribute("aria-current", "page")
    form.get_by_role("combobox", name="Room").fill(room)
    form.get_by_role("button", name="Next").click()
    who = form.get_by_label("Participant", exact=True)
    expect(who).to_have_value("ada")
    form.get_by_role("button", name="Start recording").click()
    expect(page.locator(".notice.ok")).to_be_visible()
    asked: Any = begun(livekit, standin, room).asked
    assert (asked.room_name, asked.identity) == (room, "ada")


def test_a_page_that_is_the_form_turns_to_another_kind_itself(page: Page) -> None:
    page.goto("/egress/-/new")
    page.get_by_role("link", name="Web page", exact=True).click()
    expect(page.locator("main #f-url")).to_be_focused()
    assert page.url.endswith("/egress/-/new?type=web")
    assert page.locator("dialog").is_hidden()  # or each id would be there twice
