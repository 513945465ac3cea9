"""Without JavaScript everything works by plain forms, and says what it did by a flash message."""

import secrets
from collections.abc import Callable
from typing import Any

from livekit import api
from playwright.sync_api import Page, expect

from app.text.paths import room_path
from dev.workers import Standin
from tests.e2e.conftest import Join, OpenPage
from tests.e2e.jobs import begun, start
from tests.e2e.people import act, choose, expanded
from tests.e2e.watch import Watch
from tests.support.waiting import until


def plain(open_page: OpenPage, path: str) -> Page:
    """Open a page with scripts switched off."""
    return open_page(path, java_script_enabled=False)


def test_the_list_is_filtered_sorted_and_paged(
    open_page: OpenPage, make_room: Callable[..., str]
) -> None:
    prefix = secrets.token_hex(4)
    names = [make_room(f"{prefix}-{number:02}") for number in range(30)]
    page = plain(open_page, "/rooms?per_page=25")
    page.get_by_label("Filter by name or SID").fill(prefix)
    page.get_by_role("button", name="Apply").click()
    rows = page.locator("tbody td.name a")
    expect(rows).to_have_text(names[:25])
    page.get_by_role("link", name="Next page").first.click()
    expect(rows).to_have_text(names[25:])
    page.get_by_role("link", name="Name").click()
    expect(rows).to_have_text(names[:25])
    page.get_by_role("link", name="Name").click()
    expect(rows).to_have_text(names[::-1][:25])
    assert f"q={prefix}" in page.url


def test_a_room_is_created_edited_and_deleted(
    open_page: OpenPage, livekit: Callable[..., Any], watch: Watch
) -> None:
    watch.expect_status(422)
    name = f"plain-{secrets.token_hex(4)}"
    page = plain(open_page, "/rooms")
    page.locator(".page-head").get_by_role("link", name="New room").click()
    page.get_by_label("Metadata").fill("{broken")
    page.get_by_role("button", name="Create room").click()
    expect(page.locator(".error")).to_contain_text(["This field is required."])
    expect(page.get_by_text("This looks like JSON")).to_be_visible()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Metadata").fill('{"a": 1}')
    page.get_by_role("button", name="Create room").click()
    expect(page.locator(".notice:visible")).to_have_text(f"Room {name} is open.")
    act(page, "Edit metadata")
    page.get_by_label("Metadata").fill("changed")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Details", exact=True).click()
    expect(page.locator("pre.meta")).to_have_text("changed")
    act(page, "Delete room…")
    page.get_by_role("button", name="Delete room").click()
    expect(page.locator(".notice:visible")).to_have_text(f"Room {name} was deleted.")
    assert not livekit("room.list_rooms", api.ListRoomsRequest(names=[name])).rooms


def test_ticked_rooms_are_deleted_after_a_look(
    open_page: OpenPage, make_room: Callable[..., str], livekit: Callable[..., Any]
) -> None:
    prefix = secrets.token_hex(4)
    first, second, third = (make_room(f"{prefix}-{number}") for number in range(3))
    page = plain(open_page, f"/rooms?q={prefix}")
    page.get_by_label(f"Select {first}").check()
    page.get_by_label(f"Select {third}").check()
    page.get_by_role("button", name="Delete…", exact=True).click()
    expect(page.locator(".results .name")).to_have_text([first, third])
    page.get_by_role("button", name="Delete 2 rooms").click()
    expect(page.locator("h1")).to_have_text("2 of 2 rooms deleted")
    named = api.ListRoomsRequest(names=[first, second, third])
    assert [room.name for room in livekit("room.list_rooms", named).rooms] == [second]


def test_a_participant_is_muted_and_removed(
    open_page: OpenPage, make_room: Callable[..., str], join: Join
) -> None:
    room = make_room()
    guest = join(room, "guest", name="Guest", audio=True)
    page = plain(open_page, room_path(room))
    more = expanded(page, "Guest")
    more.get_by_role("button", name="Mute", exact=True).click()
    expect(page.locator(".notice:visible")).to_have_text("guest: microphone was muted.")
    expect(more.locator(".track .tag")).to_have_text("muted")  # the row is still expanded
    choose(page, "Guest", "Remove…")
    page.get_by_role("button", name="Remove participant").click()
    expect(page.locator(".notice:visible")).to_have_text("guest was removed.")
    until(lambda: not guest.connected)


def test_an_egress_is_started_and_stopped(
    open_page: OpenPage, room: str, livekit: Callable[..., Any], standin: Standin, watch: Watch
) -> None:
    watch.expect_status(422)
    page = plain(open_page, room_path(room))
    page.get_by_role("link", name="Record").click()
    addresses, secret = page.get_by_label("Stream URLs"), page.locator("#f-s3_secret")
    expect(addresses).to_be_hidden()
    expect(secret).to_be_hidden()
    page.get_by_label("Stream", exact=True).check()  # the fields come by style sheet alone
    page.get_by_label("Upload to").select_option("s3")
    expect(secret).to_be_visible()
    addresses.fill("rtmp://127.0.0.1/live")
    page.get_by_label("Path", exact=True).fill("kept")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".error:visible")).to_have_text(
        [
            "This field is required.",
            "Line 1: use the form rtmp://host/app/key, with the scheme in lower case.",
        ]
    )
    expect(page.get_by_label("Path", exact=True)).to_have_value("kept")
    expect(secret).to_be_visible()
    addresses.fill("rtmp://127.0.0.1/live/the-plain-key")
    page.get_by_label("Upload to").select_option("")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".notice:visible")).to_contain_text("Recording started.")
    job = begun(livekit, standin, room)
    asked: Any = job.asked
    assert [output.filepath for output in asked.file_outputs] == ["kept"]
    assert asked.stream_outputs[0].urls == ["rtmp://127.0.0.1/live/the-plain-key"]
    page.get_by_role("link", name="Stop…").click()
    page.get_by_role("button", name="Stop recording").click()
    expect(page.locator(".notice:visible").first).to_contain_text("Stopping. Files are available")
    assert [call.name for call in standin.job(job.egress_id).received] == ["stop_egress"]


def test_ticked_jobs_are_stopped_after_a_look(
    open_page: OpenPage, room: str, livekit: Callable[..., Any], standin: Standin
) -> None:
    jobs = [start(livekit, room) for _ in range(3)]
    page = plain(open_page, f"/egress?room={room}")
    page.get_by_label("Filter by room, job or output").fill(jobs[0])
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto(f"/egress?room={room}")
    for job in jobs[1:]:
        page.get_by_label(f"Select {job}").check()
    page.get_by_role("button", name="Stop…", exact=True).click()
    assert set(page.locator(".results .name").all_inner_texts()) == {*jobs[1:]}
    page.get_by_role("button", name="Stop 2 jobs").click()
    expect(page.locator("h1")).to_have_text("2 of 2 jobs stopping")
    stopped = [job for job in jobs if standin.job(job).received]
    assert stopped == jobs[1:]
