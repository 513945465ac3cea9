"""One egress job's page: /egress/{job}; and where else the running ones show."""

import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from livekit import api

from app.text.paths import egress_path, room_path
from dev.workers import Ending, Standin, StreamFailure
from tests.routes.asked import Ask
from tests.routes.conftest import Begin, Counted, Join
from tests.routes.egress.jobs import ACTIVE, composite, reached, stop, streaming
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

TAG = re.compile("<[^>]*>")
FAILED = api.EgressStatus.EGRESS_FAILED


def request_on(page: Seen) -> str:
    """Return the request as the page shows it."""
    return unescape(page.html.partition('<pre class="meta"')[2].partition(">")[2].partition("<")[0])


def test_a_running_job(admin: Visitor, livekit: Ask, begin: Begin, room: str) -> None:
    job = begin(composite(room, layout="speaker"))
    reached(livekit, job, ACTIVE)
    page = admin.get(egress_path(job))
    assert page.status == 200
    assert "active" in page.text
    assert "Source Room speaker" in page.text
    assert "Current layout speaker" in page.text
    assert page.all("a", href=room_path(room))
    assert "Duration" in page.text
    assert "Expires" not in page.text
    asked = {"room_name": room, "layout": "speaker"}
    assert json.loads(request_on(page)) == asked | {
        "file_outputs": [{"filepath": "stand-in/{room_name}"}]
    }
    assert "lk egress start --type room-composite" in page.text


def test_results_are_livekits_own(admin: Visitor, livekit: Ask, begin: Begin, room: str) -> None:
    job = begin(
        composite(
            room,
            file_outputs=[api.EncodedFileOutput(filepath="stand-in/a.mp4")],
            segment_outputs=[api.SegmentedFileOutput(playlist_name="stand-in/s.m3u8")],
            image_outputs=[api.ImageOutput(filename_prefix="stand-in/i", capture_interval=1)],
        )
    )
    running = reached(livekit, job, ACTIVE)
    assert running.file_results[0].size == 0, "its size is known at the end"
    stop(livekit, job)
    info = reached(livekit, job, api.EgressStatus.EGRESS_COMPLETE)
    exported = admin.get("/egress/-/export.json", params={"q": job})
    (told,) = json.loads(exported.html)
    outputs = {output["kind"]: output for output in told["outputs"]}
    assert outputs["images"]["duration"]
    assert outputs["file"]["size"] == info.file_results[0].size
    assert outputs["file"]["location"] == info.file_results[0].location
    assert outputs["segments"]["count"] == (info.segment_results[0].segment_count or None)
    assert outputs["images"]["count"] == (info.image_results[0].image_count or None)
    page = admin.get(egress_path(job))
    for name in ("stand-in/a.mp4", "stand-in/s.m3u8", "stand-in/i"):
        assert name in page.text
    assert "Expires in 23 h" in page.text


def progress_on(page: Seen, count: int) -> list[str]:
    """Return the text in the status cell of each output."""
    cells = page.html.partition('id="outputs"')[2].split('<td class="state">')[1 : count + 1]
    return [" ".join(TAG.sub(" ", cell.partition("</td>")[0]).split()) for cell in cells]


def test_each_output_says_how_far_it_has_come(
    admin: Visitor, livekit: Ask, begin: Begin, room: str, standin: Standin
) -> None:
    standin.plan(room, active_after=1, stop_takes=1)
    pieces = {
        "file_outputs": [api.EncodedFileOutput(filepath="stand-in/a.mp4")],
        "segment_outputs": [api.SegmentedFileOutput(playlist_name="stand-in/s.m3u8")],
    }
    job = begin(composite(room, **pieces))
    starting = admin.get(egress_path(job))
    assert "Started not started yet" in starting.text
    assert progress_on(starting, 2) == ["pending inferred"] * 2
    reached(livekit, job, ACTIVE)
    active = progress_on(admin.get(egress_path(job)), 2)
    assert active == ["recording inferred", "uploading inferred"]
    stop(livekit, job)
    reached(livekit, job, api.EgressStatus.EGRESS_ENDING)
    assert progress_on(admin.get(egress_path(job)), 2) == ["uploading inferred"] * 2
    reached(livekit, job, api.EgressStatus.EGRESS_COMPLETE)
    assert progress_on(admin.get(egress_path(job)), 2) == ["done", "done inferred"]


def test_a_failed_one_says_what_it_means_and_what_to_do(
    admin: Visitor, livekit: Ask, begin: Begin, room: str, standin: Standin
) -> None:
    error = "page load error: net::ERR_NAME_NOT_RESOLVED at https://u:hush@t.example.com"
    standin.plan(room, end_after=-1, end=Ending("failed", error=error, error_code=400))
    job = begin(composite(room))
    reached(livekit, job, FAILED)
    page = admin.get(egress_path(job))
    assert "The worker's browser could not load the page." in page.text
    assert "Open the URL from the worker's machine" in page.text
    assert "net::ERR_NAME_NOT_RESOLVED" in page.text
    assert "code 400" in page.text
    assert "hush" not in page.markup
    assert not page.all("a", href=egress_path(job, "stop"))


def test_retries_backup_manifest_and_details(
    admin: Visitor, livekit: Ask, begin: Begin, room: str, standin: Standin
) -> None:
    standin.plan(
        room,
        retry_count=2,
        backup_storage_used=True,
        manifest_location="stand-in/manifest.json",
        details="moved twice",
    )
    job = begin(composite(room))
    reached(livekit, job, ACTIVE)
    assert "moved twice" in admin.get(egress_path(job)).text
    stop(livekit, job)
    reached(livekit, job, api.EgressStatus.EGRESS_COMPLETE)
    page = admin.get(egress_path(job))
    assert "Retries 2" in page.text
    assert "the worker's backup storage" in page.text
    assert "stand-in/manifest.json" in page.text
    assert "End reason: StopEgress API" in page.text


def test_one_failed_stream_is_explained_while_the_job_goes_on(
    admin: Visitor, livekit: Ask, begin: Begin, room: str, standin: Standin
) -> None:
    address = "rtmp://127.0.0.1/live/hush-hush"
    standin.plan(room, streams_fail=[StreamFailure(address)])
    job = begin(streaming(room, address, "rtmp://127.0.0.1/live/other-key"))
    page = until(lambda: "failed" in (seen := admin.get(egress_path(job))).text and seen)
    assert page
    assert "Connection refused: Could not connect to 127.0.0.1" in page.text
    assert "Nothing accepts connections at the stream URL's host and port." in page.text
    assert "Duration" in page.text


def test_a_killed_recorder_and_what_to_do(
    admin: Visitor, livekit: Ask, begin: Begin, room: str, standin: Standin
) -> None:
    job = begin(composite(room))
    reached(livekit, job, ACTIVE)
    standin.end(job, "killed")
    page = admin.get(egress_path(job))
    assert "The recorder's process was killed, most often because memory ran out." in page.text
    assert "signal: killed" in page.text
    assert "stand-in/{room_name}" in page.text, "what was asked for, in place of the lost result"


def test_warns_if_the_recorder_of_an_active_job_is_not_in_the_room(
    admin: Visitor, livekit: Ask, begin: Begin, room: str, join: Join, standin: Standin
) -> None:
    join(room, "keeps the room open")
    standin.plan(room, outlives_room=True)
    job = begin(composite(room, layout="grid"))
    reached(livekit, job, ACTIVE)
    warning = "Its recorder isn't in the room."
    assert warning not in admin.get(egress_path(job)).text
    livekit("room.remove_participant", api.RoomParticipantIdentity(room=room, identity=job))
    page = admin.get(egress_path(job))
    assert warning in page.text
    assert "orphaned" not in page.text
    assert "Current layout grid" in page.text
    standin.end(job, "complete")
    assert warning not in admin.get(egress_path(job)).text


@pytest.mark.parametrize("path", ["/egress/EG_none", "/egress/~", "/egress/a.b"])
def test_an_unknown_job_says_why(admin: Visitor, path: str) -> None:
    page = admin.get(path)
    assert page.status == 404
    assert "LiveKit lists no egress" in page.text
    assert "24 hours" in page.text


def test_the_overview_counts_what_runs(
    admin: Visitor, livekit: Ask, begin: Begin, room: str, standin: Standin
) -> None:
    job = begin(composite(room))
    reached(livekit, job, ACTIVE)

    def running() -> int:
        active = livekit("egress.list_egress", api.ListEgressRequest(active=True)).items
        return len(active)

    def agrees() -> bool:  # a job of an earlier test may end in between
        before, page, after = running(), admin.get("/"), running()
        return before == after and f"Egress {before} active" in page.text

    until(agrees)
    assert running() >= 1
    assert set(admin.get("/").calls) >= {"ListRooms", "ListEgress"}
    standin.end(job, "complete")
    until(agrees)


def test_the_room_page_shows_what_runs_there(
    admin: Visitor, livekit: Ask, begin: Begin, room: str, make_room: Callable[..., str]
) -> None:
    job = begin(streaming(room, "rtmp://127.0.0.1/live/hush-hush"))
    path = f"{room_path(room)}?tab=media"
    page = until(lambda: (seen := admin.get(path)).all("tr", id=f"job-{job}") and seen)
    assert page
    assert page.all("a", href=f"/egress?room={room}")
    assert "hush-hush" not in page.html
    other = admin.get(f"{room_path(make_room())}?tab=media")
    assert not other.all("tr", id=f"job-{job}")


def test_a_recorded_room_offers_to_stop_and_costs_no_more(
    counted: Counted, livekit: Ask, begin: Begin, room: str, join: Join
) -> None:
    join(room, "ada", audio=True)
    page, calls = counted.get(room_path(room))
    assert (calls, "Stop recording" in page.text) == (3, False)
    job = begin(composite(room))
    reached(livekit, job, ACTIVE)
    page, calls = counted.get(room_path(room))
    assert calls == 3
    assert page.all("a", href=f"/egress/{job}/stop")
    assert "Egress & ingress 1" in page.text
    assert "Start another recording" in page.text


def test_two_clicks_from_the_room(admin: Visitor, room: str) -> None:
    links = admin.get(room_path(room)).all("a", href=f"/egress/-/new?room={room}")
    assert links
    assert "data-dialog" not in links[0], "the form is a page"
    assert f"Record {room}" in admin.get(links[0]["href"]).text
