"""Egress jobs as records: their states and times, and what came of their outputs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from livekit.api import EgressInfo
from livekit.protocol import egress

from app.services.egress.jobs import Job, record
from app.services.egress.outputs import Output
from app.services.egress.states import EgressStatus, EgressType, OutputKind, StreamStatus
from app.services.livekit.enums import Newer

SECOND = 1_000_000_000
BEGAN = 1_800_000_000 * SECOND
MOMENT = datetime.fromtimestamp(1_800_000_000, UTC)
ASKED: dict[str, Any] = {
    "file_outputs": [egress.EncodedFileOutput(filepath="rec/{room_name}.mp4")],
    "stream_outputs": [egress.StreamOutput(urls=["rtmp://host/live/abcdefghi"])],
    "segment_outputs": [egress.SegmentedFileOutput(playlist_name="all.m3u8")],
    "image_outputs": [egress.ImageOutput(filename_prefix="img/at")],
}


def told(**fields: Any) -> Job:
    """Return the record of a job that LiveKit tells so."""
    return record(EgressInfo(**fields))


def stream(**fields: Any) -> egress.StreamInfo:
    """Return what LiveKit reports on a stream."""
    return egress.StreamInfo(**fields)


def test_a_job_that_tells_nothing() -> None:
    job = told()
    assert (job.status, job.type, job.outputs) == (EgressStatus.STARTING, EgressType.UNKNOWN, ())
    assert {job.started, job.ended, job.updated, job.expires, job.duration} == {None}
    assert job.explanation is None
    assert job.orphaned is None


@pytest.mark.parametrize("number", [7, 42])
def test_a_status_newer_than_this_build(number: int) -> None:
    job = told(status=number, ended_at=BEGAN)
    assert job.status == Newer(str(number))
    assert isinstance(job.status, Newer)
    assert not job.running
    results = [stream(url="srt://host", status=number)]
    assert told(stream_results=results).outputs[0].status == Newer(str(number))


def test_every_status_by_name() -> None:
    for number, name in enumerate(egress.EgressStatus.keys()):
        job = told(status=number)
        assert job.status == name.removeprefix("EGRESS_").lower()
        assert job.running is (job.status in {"starting", "active", "ending"})
    for number, name in enumerate(egress.StreamInfo.Status.keys()):
        results = [stream(status=number)]
        assert told(stream_results=results).outputs[0].status == name.lower()


def test_times_are_nanoseconds() -> None:
    ended = BEGAN + 90 * SECOND + SECOND // 4
    job = told(status=3, started_at=BEGAN, ended_at=ended, updated_at=BEGAN)
    assert job.started == job.updated == MOMENT
    assert job.duration == timedelta(seconds=90.25)
    assert job.ended
    assert job.expires == job.ended + timedelta(hours=24)
    running = told(status=1, started_at=BEGAN, ended_at=0)
    assert (running.started, running.ended, running.expires) == (MOMENT, None, None)


def test_results_of_each_kind_take_the_place_of_what_was_asked_for() -> None:
    times: dict[str, Any] = {"started_at": BEGAN, "ended_at": BEGAN + SECOND}
    job = told(
        room_composite=egress.RoomCompositeEgressRequest(**ASKED),
        file_results=[
            egress.FileInfo(
                filename="rec/r.mp4", location="s3://b/rec/r.mp4", size=7, duration=SECOND, **times
            )
        ],
        stream_results=[
            stream(
                url="rtmp://host/live/{abc...ghi}",
                status=2,
                error="refused",
                retries=3,
                last_retry_at=BEGAN,
                duration=SECOND,
                **times,
            ),
            stream(url="wss://host/frames"),
        ],
        segment_results=[
            egress.SegmentsInfo(
                playlist_name="all.m3u8",
                playlist_location="s3://b/all.m3u8",
                live_playlist_name="live.m3u8",
                live_playlist_location="s3://b/live.m3u8",
                segment_count=4,
                size=9,
                duration=SECOND,
                **times,
            )
        ],
        image_results=[egress.ImagesInfo(filename_prefix="img/at", image_count=5, **times)],
    )
    same: dict[str, Any] = {"started": MOMENT, "ended": MOMENT + timedelta(seconds=1)}
    second = timedelta(seconds=1)
    assert job.outputs == (
        Output(OutputKind.FILE, "rec/r.mp4", "s3://b/rec/r.mp4", size=7, duration=second, **same),
        Output(
            OutputKind.STREAM,
            "rtmp://host/live/{abc...ghi}",
            status=StreamStatus.FAILED,
            error="refused",
            retries=3,
            retried=MOMENT,
            duration=second,
            **same,
        ),
        Output(OutputKind.WEBSOCKET, "wss://host/frames", status=StreamStatus.ACTIVE),
        Output(
            OutputKind.SEGMENTS,
            "all.m3u8",
            "s3://b/all.m3u8",
            "s3://b/live.m3u8",
            size=9,
            count=4,
            duration=second,
            **same,
        ),
        Output(OutputKind.IMAGES, "img/at", count=5, duration=second, **same),
    )
    assert {output.explanation for output in job.outputs} == {None}, "nobody knows “refused”"


def test_a_stream_s_error_is_explained() -> None:
    refused = stream(url="srt://h", status=2, error="could not connect to h: connection refused")
    explanation = told(stream_results=[refused]).outputs[0].explanation
    assert explanation
    assert "Nothing accepts connections" in explanation.meaning


@pytest.mark.parametrize(
    ("started", "ended", "duration"),
    [
        (BEGAN, BEGAN + 3 * SECOND, timedelta(seconds=3)),
        (BEGAN, 0, None),
        (0, BEGAN, None),
        (0, 0, None),
    ],
)
def test_images_lasted_from_the_first_to_the_end(
    started: int, ended: int, duration: timedelta | None
) -> None:
    images = egress.ImagesInfo(filename_prefix="i", started_at=started, ended_at=ended)
    assert told(image_results=[images]).outputs[0].duration == duration


def test_kinds_without_a_result_yet_are_those_asked_for() -> None:
    job = told(
        participant=egress.ParticipantEgressRequest(**ASKED),
        stream_results=[stream(url="rtmp://host/live/{abc...ghi}")],
    )
    assert [(output.kind, output.name) for output in job.outputs] == [
        (OutputKind.STREAM, "rtmp://host/live/{abc...ghi}"),
        (OutputKind.FILE, "rec/{room_name}.mp4"),
        (OutputKind.SEGMENTS, "all.m3u8"),
        (OutputKind.IMAGES, "img/at"),
    ]


def test_what_the_worker_says_besides() -> None:
    job = told(
        status=4,
        error="S3 upload failed: https://me:pw@host refused",
        error_code=400,
        details="End reason: Failure",
        manifest_location="s3://b/EG_1.json",
        backup_storage_used=True,
        retry_count=2,
    )
    assert job.error == "S3 upload failed: https://me:••••••@host refused"
    assert (job.error_code, job.details, job.manifest) == (
        400,
        "End reason: Failure",
        "s3://b/EG_1.json",
    )
    assert (job.backup_storage, job.retries) == (True, 2)
    assert job.explanation
    assert "upload failed" in job.explanation.meaning
