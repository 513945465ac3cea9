"""Running egress in the browser: stopped, with another layout, other streams, and followed."""

from livekit import api
from playwright.sync_api import Locator, Page, expect

from dev.workers import Standin, StreamFailure
from tests.e2e.conftest import OpenPage
from tests.e2e.jobs import begin
from tests.e2e.polls import mark, never_reloaded, next_poll
from tests.e2e.watch import Watch
from tests.routes.asked import Ask
from tests.support.dashboard import Dashboard
from tests.support.waiting import until

FIRST = "rtmp://127.0.0.1/live/the-first-key"
SECOND = "rtmp://127.0.0.1/live/the-second-key"
SRT = "srt://127.0.0.1:9000?passphrase=hush-hush"


def opened(open_page: OpenPage, quick: Dashboard, path: str) -> Page:
    """Open a page that refreshes every second."""
    page = open_page(path, at=quick.url)
    mark(page)
    return page


def streaming(livekit: Ask, room: str, url: str) -> str:
    """Stream a room to an address; give the job's id."""
    return begin(livekit, room, stream_outputs=[api.StreamOutput(urls=[url])])


def row(page: Page, egress_id: str) -> Locator:
    """Return the job's row in the list."""
    return page.locator(f"tr#{egress_id}")


def calls(standin: Standin, egress_id: str) -> list[str]:
    """Return the names of the calls about a job that reached its worker."""
    return [call.name for call in standin.job(egress_id).received]


def test_stopped_from_its_row(
    open_page: OpenPage, quick: Dashboard, room: str, livekit: Ask, standin: Standin
) -> None:
    job = begin(livekit, room)
    page = opened(open_page, quick, f"/egress?room={room}")
    expect(row(page, job).locator(".state .tag")).to_have_text("active")
    row(page, job).get_by_role("link", name=f"Stop {job}").click()
    dialog = page.get_by_role("dialog", name=f"Stop {job}?")
    expect(dialog).to_contain_text(room)
    dialog.get_by_role("link", name="Cancel").click()
    expect(dialog).to_be_hidden()
    assert calls(standin, job) == []
    row(page, job).get_by_role("link", name=f"Stop {job}").click()
    dialog.get_by_role("button", name="Stop recording").click()
    expect(page.locator(".notice.ok")).to_contain_text("Stopping. Files are available")
    expect(page).to_have_url(f"{quick.url}/egress/{job}")
    assert calls(standin, job) == ["stop_egress"]
    expect(page.locator(".page-head .tag")).to_have_text("complete")


def test_stopped_from_its_page_which_follows(
    open_page: OpenPage, quick: Dashboard, room: str, livekit: Ask, standin: Standin
) -> None:
    standin.plan(room, stop_takes=1.5)
    job = begin(livekit, room)
    page = opened(open_page, quick, f"/egress/{job}")
    page.get_by_role("link", name="Stop…").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop recording").click()
    expect(page.locator("#toasts .toast.ok")).to_contain_text("Stopping. Files are available")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".page-head .tag")).to_have_text("ending")
    expect(page.locator(".page-head .tag")).to_have_text("complete")
    expect(page.get_by_role("term").filter(has_text="Expires")).to_be_visible()
    expect(page.get_by_role("link", name="Stop…")).to_have_count(0)
    never_reloaded(page)
    assert calls(standin, job) == ["stop_egress"]


def test_the_ticked_ones_are_stopped_after_a_look(
    open_page: OpenPage, quick: Dashboard, room: str, livekit: Ask, standin: Standin
) -> None:
    ended, *jobs = (begin(livekit, room) for _ in range(4))
    standin.end(ended)
    page = opened(open_page, quick, f"/egress?room={room}&sort=id")
    stop = page.get_by_role("button", name="Stop…")
    expect(stop).to_be_disabled()
    expect(row(page, ended).locator(".state .tag")).to_have_text("complete")
    expect(row(page, ended).get_by_role("checkbox")).to_have_count(0)
    page.get_by_label("Select all running jobs on this page").check()
    expect(page.locator("[data-selected-count]")).to_have_text("3 selected")
    page.get_by_label(f"Select {jobs[1]}").uncheck()
    next_poll(page)
    stop.click()
    dialog = page.get_by_role("dialog", name="Stop 2 jobs?")
    expect(dialog.locator(".results .name")).to_have_count(2)
    chosen = {jobs[0], jobs[2]}
    assert set(dialog.locator(".results .name").all_inner_texts()) == chosen
    dialog.get_by_role("button", name="Stop 2 jobs").click()
    expect(page.get_by_role("dialog", name="2 of 2 jobs stopping")).to_be_visible()
    page.get_by_role("dialog").get_by_role("link", name="Back to the jobs").click()
    for job in jobs:
        expect(row(page, job).locator(".state .tag")).to_have_text(
            "complete" if job in chosen else "active"
        )
        assert calls(standin, job) == (["stop_egress"] if job in chosen else [])
    never_reloaded(page)


def test_another_layout(
    open_page: OpenPage, quick: Dashboard, room: str, livekit: Ask, standin: Standin
) -> None:
    job = begin(livekit, room, layout="grid")
    page = opened(open_page, quick, f"/egress/{job}")
    now = page.locator(".facts div", has_text="Current layout").locator("dd")
    expect(now).to_have_text("grid")
    page.get_by_role("link", name="Layout").click()
    field = page.get_by_role("dialog").get_by_role("combobox", name="Layout")
    expect(field).to_be_focused()
    expect(field).to_have_value("grid")
    field.fill("speaker <light>")
    page.get_by_role("dialog").get_by_role("button", name="Change layout").click()
    expect(page.locator("#toasts .toast")).to_contain_text("Layout changed to speaker <light>")
    expect(now).to_have_text("speaker <light>")
    never_reloaded(page)
    (call,) = until(lambda: standin.job(job).received)
    assert call.request == api.UpdateLayoutRequest(egress_id=job, layout="speaker <light>")


def test_a_stream_is_added_seen_and_taken_out(
    open_page: OpenPage, quick: Dashboard, room: str, livekit: Ask, standin: Standin, watch: Watch
) -> None:
    job = streaming(livekit, room, FIRST)
    page = opened(open_page, quick, f"/egress/{job}")
    outputs = page.locator("[aria-labelledby=outputs] tbody tr")
    expect(outputs).to_have_count(1)
    page.get_by_role("link", name="Streams").click()
    dialog = page.get_by_role("dialog", name=f"Streams of {job}")
    add = dialog.get_by_role("textbox", name="Add")
    add.fill("http://127.0.0.1/live/key")
    dialog.get_by_role("button", name="Update streams").click()
    expect(add).to_be_focused()
    expect(add).to_have_attribute("aria-invalid", "true")
    expect(add).to_have_value("http://127.0.0.1/live/key")
    add.fill(SECOND)
    dialog.get_by_role("button", name="Update streams").click()
    expect(page.locator("#toasts .toast")).to_contain_text("1 stream added, 0 removed.")
    expect(outputs).to_have_count(2)
    expect(outputs.nth(1)).to_contain_text("rtmp://127.0.0.1/live/{the...key}")
    expect(outputs.nth(1).locator(".tag")).to_have_text("active")
    page.get_by_role("link", name="Streams").click()
    dialog.get_by_role("textbox", name="Remove").fill(FIRST)
    dialog.get_by_role("button", name="Update streams").click()
    expect(outputs.nth(0).locator(".tag")).to_have_text("finished")
    expect(outputs.nth(1).locator(".tag")).to_have_text("active")
    never_reloaded(page)
    changes = [call.request for call in standin.job(job).received]
    assert changes == [
        api.UpdateStreamRequest(egress_id=job, add_output_urls=[SECOND]),
        api.UpdateStreamRequest(egress_id=job, remove_output_urls=[FIRST]),
    ]
    watch.expect_status(422)


def test_a_stream_whose_address_is_known_is_taken_out_by_a_tick(
    open_page: OpenPage, quick: Dashboard, room: str, livekit: Ask, standin: Standin
) -> None:
    job = begin(
        livekit,
        room,
        stream_outputs=[api.StreamOutput(protocol="SRT", urls=[SRT])],
        file_outputs=[api.EncodedFileOutput(filepath="beside")],
    )
    page = opened(open_page, quick, f"/egress/{job}")
    page.get_by_role("link", name="Streams").click()
    tick = page.get_by_role("dialog").get_by_role("checkbox", name="Remove srt://127.0.0.1:9000")
    tick.check()
    assert "hush-hush" not in page.content()
    page.get_by_role("dialog").get_by_role("button", name="Update streams").click()
    expect(page.locator("#toasts .toast")).to_contain_text("0 streams added, 1 removed.")
    (call,) = standin.job(job).received
    assert call.request == api.UpdateStreamRequest(egress_id=job, remove_output_urls=[SRT])


def test_a_stream_that_fails_shows_why(
    open_page: OpenPage, quick: Dashboard, room: str, livekit: Ask, standin: Standin
) -> None:
    why = f"Could not connect to {SECOND}: refused"
    standin.plan(room, streams_fail=[StreamFailure(SECOND, after=1, error=why, retries=3)])
    urls = [FIRST, SECOND]
    job = begin(livekit, room, stream_outputs=[api.StreamOutput(urls=urls)])
    page = opened(open_page, quick, f"/egress/{job}")
    failed = page.locator("#output-2")
    expect(failed.locator(".tag")).to_have_text("failed")
    expect(failed).to_contain_text("Could not connect to rtmp://127.0.0.1/live/{the...ey:")
    expect(failed).to_contain_text("3 retries")
    expect(page.locator("#output-1 .tag")).to_have_text("active")
    assert "the-second-key" not in page.content()
    never_reloaded(page)


def test_the_list_follows_and_what_is_typed_survives(
    open_page: OpenPage, quick: Dashboard, room: str, livekit: Ask, standin: Standin
) -> None:
    jobs = [begin(livekit, room) for _ in range(2)]
    page = opened(open_page, quick, f"/egress?room={room}")
    page.get_by_role("combobox", name="Type").select_option("Room")
    box = page.get_by_role("searchbox")
    box.press_sequentially(room)
    page.get_by_label(f"Select {jobs[0]}").check()
    box.focus()
    standin.end(jobs[1], "failed", error="S3 upload failed: AccessDenied", error_code=403)
    expect(row(page, jobs[1]).locator(".state .tag")).to_have_text("failed")
    expect(row(page, jobs[1])).to_contain_text("Recorded, but the upload failed")
    expect(box).to_be_focused()
    expect(box).to_have_value(room)
    expect(page.get_by_role("combobox", name="Type")).to_have_value("room_composite")
    expect(page.get_by_label(f"Select {jobs[0]}")).to_be_checked()
    late = begin(livekit, room)
    expect(row(page, late).locator(".state .tag")).to_have_text("active")
    page.get_by_role("link", name="Failed 1", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Show all rooms").click()
    expect(page.get_by_role("searchbox")).to_have_value(room)
    expect(page.locator("tbody tr")).to_have_count(1)
