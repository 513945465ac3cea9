"""What can be asked of a running job, and what ends one: the answers of the real server."""

from collections.abc import Callable
from typing import Any

import pytest
from livekit import api

from dev.participants import Crowd
from dev.workers import Standin
from tests.dev.jobs import FILE, Jobs
from tests.support.waiting import until

FIRST = "rtmp://one.example/live/first-stream-key"
SECOND = "rtmps://two.example/app/second-stream-key"
ENDED = "egress with status EGRESS_COMPLETE cannot be"


@pytest.fixture
def streaming(jobs: Jobs, room: str) -> str:
    """A job that streams to one address, and writes nothing."""
    egress_id = jobs.record(room, stream_outputs=[api.StreamOutput(urls=[FIRST])])
    jobs.becomes(egress_id, "ACTIVE")
    return egress_id


def named(standin: Standin, egress_id: str) -> list[str]:
    """Return the names of the calls about a job that reached the worker."""
    return [call.name for call in standin.job(egress_id).received]


def test_stop_answers_at_once_and_may_be_asked_twice(
    jobs: Jobs, standin: Standin, room: str
) -> None:
    standin.plan(room, stop_takes=1)
    egress_id = jobs.record(room)
    jobs.becomes(egress_id, "ACTIVE")

    assert jobs.stop(egress_id).status == api.EgressStatus.EGRESS_ENDING
    assert jobs.stop(egress_id).status == api.EgressStatus.EGRESS_ENDING
    assert jobs.status(egress_id) == "ENDING"

    assert jobs.becomes(egress_id, "COMPLETE").details == "End reason: StopEgress API"
    assert named(standin, egress_id) == ["stop_egress", "stop_egress"]


def test_stopped_before_it_was_active_is_aborted(jobs: Jobs, standin: Standin, room: str) -> None:
    standin.plan(room, active_after=10)
    egress_id = jobs.record(room)
    jobs.stop(egress_id)
    ended = jobs.becomes(egress_id, "ABORTED")
    assert (ended.error, ended.error_code) == ("Stop called before pipeline could start", 412)


def test_nothing_can_be_asked_of_an_ended_job(jobs: Jobs, standin: Standin, room: str) -> None:
    egress_id = jobs.record(room)
    jobs.becomes(egress_id, "ACTIVE")
    standin.end(egress_id)
    assert jobs.status(egress_id) == "COMPLETE"
    stopped = jobs.refusal(lambda: jobs.stop(egress_id))
    assert stopped == ("failed_precondition", f"{ENDED} stopped")
    changed = jobs.refusal(lambda: jobs.stream(egress_id, add=FIRST))
    assert changed == ("failed_precondition", f"{ENDED} updated")


def test_streams_come_and_go(jobs: Jobs, standin: Standin, streaming: str) -> None:
    jobs.stream(streaming, add=SECOND)
    jobs.stream(streaming, remove=FIRST)

    first, second = jobs.info(streaming).stream_results
    assert first.url == "rtmp://one.example/live/{fir...key}"
    assert second.url == "rtmps://two.example/app/{sec...key}"
    assert first.status == api.StreamInfo.FINISHED
    assert first.duration == first.ended_at - first.started_at
    assert second.status == api.StreamInfo.ACTIVE
    assert second.ended_at == 0

    jobs.stream(streaming, remove=SECOND)
    ended = jobs.becomes(streaming, "COMPLETE")
    assert ended.details == "End reason: All streams stopped"
    added, *_ = standin.job(streaming).received
    assert added.request == api.UpdateStreamRequest(egress_id=streaming, add_output_urls=[SECOND])


@pytest.mark.parametrize(
    ("change", "code", "text"),
    [
        ({"add": "http://x/y"}, "invalid_argument", "invalid url http://x/y: invalid scheme"),
        (
            {"add": "rtmp://x"},
            "invalid_argument",
            "invalid url rtmp://x: rtmp urls must be of format "
            "rtmp(s)://{host}(/{path})/{app}/{stream_key}( live=1)",
        ),
        ({"remove": SECOND}, "not_found", f"stream {SECOND} not found"),
        (
            {"remove": "rtmp://one.example/live/{fir...key}"},
            "not_found",
            "stream rtmp://one.example/live/{fir...key} not found",
        ),
    ],
)
def test_a_stream_that_cannot_be_changed(
    change: dict[str, str], code: str, text: str, jobs: Jobs, streaming: str
) -> None:
    assert jobs.refusal(lambda: jobs.stream(streaming, **change)) == (code, text)
    assert jobs.status(streaming) == "ACTIVE"


def test_the_same_address_twice_is_two_streams(jobs: Jobs, streaming: str) -> None:
    assert len(jobs.stream(streaming, add=FIRST).stream_results) == 2


def test_a_job_without_streams_takes_none(jobs: Jobs, room: str) -> None:
    egress_id = jobs.record(room)
    refused = jobs.refusal(lambda: jobs.stream(egress_id, add=FIRST))
    assert refused == ("invalid_argument", "UpdateStream called on non-streaming egress")


def test_a_layout_reaches_the_worker_through_its_participant(
    jobs: Jobs, standin: Standin, livekit: Callable[..., Any], room: str
) -> None:
    egress_id = jobs.record(room, layout="grid", file_outputs=[FILE])
    jobs.becomes(egress_id, "ACTIVE")
    request = api.UpdateLayoutRequest(egress_id=egress_id, layout="speaker")

    livekit("egress.update_layout", request)

    asked = api.RoomParticipantIdentity(room=room, identity=egress_id)
    recorder = livekit("room.get_participant", asked)
    assert recorder.metadata == '{"layout":"speaker"}'
    assert recorder.permission.hidden
    (call,) = until(lambda: standin.job(egress_id).received)  # LiveKit does not wait for it
    assert call.request == request
    assert jobs.info(egress_id).room_composite.layout == "grid", "LiveKit keeps that of the start"


def test_a_page_has_no_layout(jobs: Jobs, livekit: Callable[..., Any], room: str) -> None:
    page = api.WebEgressRequest(url=f"https://{room}.example/", file_outputs=[FILE])
    egress_id = jobs.start(page)
    request = api.UpdateLayoutRequest(egress_id=egress_id, layout="speaker")
    refused = jobs.refusal(lambda: livekit("egress.update_layout", request))
    assert refused == ("not_found", "participant does not exist")
    jobs.stop(egress_id)


def test_a_room_that_goes_at_once_does_not_come_back(
    jobs: Jobs, livekit: Callable[..., Any], room: str
) -> None:
    egress_id = jobs.record(room)
    livekit("room.delete_room", api.DeleteRoomRequest(room=room))
    assert jobs.becomes(egress_id, "FAILED").error == "recording ended early: the room has gone"
    assert not livekit("room.list_rooms", api.ListRoomsRequest(names=[room])).rooms


def test_a_job_ends_with_its_room(jobs: Jobs, livekit: Callable[..., Any], room: str) -> None:
    egress_id = jobs.record(room)
    jobs.becomes(egress_id, "ACTIVE")
    livekit("room.delete_room", api.DeleteRoomRequest(room=room))
    assert jobs.becomes(egress_id, "COMPLETE").details == "End reason: Source closed"


def test_a_job_can_outlive_its_room(
    jobs: Jobs, standin: Standin, livekit: Callable[..., Any], room: str
) -> None:
    standin.plan(room, outlives_room=True)
    egress_id = jobs.record(room)
    jobs.becomes(egress_id, "ACTIVE")
    livekit("room.delete_room", api.DeleteRoomRequest(room=room))
    assert not livekit("room.list_rooms", api.ListRoomsRequest(names=[room])).rooms
    assert jobs.status(egress_id) == "ACTIVE"
    standin.end(egress_id)


def test_a_job_ends_with_its_participant_and_its_track(jobs: Jobs, crowd: Crowd, room: str) -> None:
    ada = crowd.join(room, "ada", audio=True)
    track = ada.track_sids["microphone"]
    direct = api.DirectFileOutput(filepath="{publisher_identity}")
    started = [
        jobs.start(
            api.ParticipantEgressRequest(room_name=room, identity="ada", file_outputs=[FILE])
        ),
        jobs.start(api.TrackEgressRequest(room_name=room, track_id=track, file=direct)),
    ]
    for egress_id in started:
        jobs.becomes(egress_id, "ACTIVE")
    ada.leave()
    for egress_id in started:
        assert jobs.becomes(egress_id, "COMPLETE").details == "End reason: Source closed"
