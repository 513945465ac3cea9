"""How far each output of a job has come, reported or inferred."""

from typing import Any

import pytest
from livekit.api import EgressInfo
from livekit.protocol import egress

from app.services.egress.jobs import Job, record
from app.services.egress.states import OutputKind, OutputState

STATUS: dict[str, Any] = {
    name.removeprefix("EGRESS_").lower(): n for name, n in egress.EgressStatus.items()
}
SECOND = 1_000_000_000


def told(**fields: Any) -> Job:
    """Return the record of a job that LiveKit reports so."""
    return record(EgressInfo(**fields))


def job(status: str, **results: Any) -> Job:
    """Return a job with one output of each type, or with these results."""
    asked = egress.RoomCompositeEgressRequest(
        file_outputs=[egress.EncodedFileOutput(filepath="a.mp4")],
        segment_outputs=[egress.SegmentedFileOutput(playlist_name="a.m3u8")],
        image_outputs=[egress.ImageOutput(filename_prefix="a")],
        stream_outputs=[egress.StreamOutput(urls=["rtmp://host/live/abcdefghi"])],
    )
    return told(status=STATUS[status], room_composite=asked, **results)


def states(of: Job) -> dict[OutputKind, tuple[OutputState, bool]]:
    """Return state and inference by type of output."""
    found = {output.kind: of.progress(output) for output in of.outputs}
    return {kind: (each.state, each.inferred) for kind, each in found.items()}


@pytest.mark.parametrize(
    ("status", "file", "pieces", "stream"),
    [
        ("starting", "pending", "pending", ("pending", True)),
        ("active", "recording", "uploading", ("unknown", False)),
        ("ending", "uploading", "uploading", ("unknown", False)),
        ("complete", "done", "done", ("done", True)),
        ("limit_reached", "done", "done", ("done", True)),
        ("failed", "failed", "failed", ("failed", True)),
        ("aborted", "not_recorded", "not_recorded", ("not_recorded", True)),
    ],
)
def test_without_results_the_status_of_the_job_decides(
    status: str, file: str, pieces: str, stream: tuple[str, bool]
) -> None:
    assert states(job(status)) == {
        OutputKind.FILE: (file, True),
        OutputKind.SEGMENTS: (pieces, True),
        OutputKind.IMAGES: (pieces, True),
        OutputKind.STREAM: stream,
    }


@pytest.mark.parametrize("status", ["ending", "complete", "failed", "aborted"])
def test_a_file_with_a_location_was_uploaded(status: str) -> None:
    uploaded = egress.FileInfo(filename="a.mp4", location="https://host/a.mp4", ended_at=SECOND)
    assert states(job(status, file_results=[uploaded]))[OutputKind.FILE] == ("done", False)


def test_a_playlist_has_a_location_long_before_its_last_segment() -> None:
    playlist = egress.SegmentsInfo(playlist_name="a.m3u8", playlist_location="https://host/a.m3u8")
    found = [
        states(job(status, segment_results=[playlist]))[OutputKind.SEGMENTS]
        for status in ("active", "ending", "failed")
    ]
    assert found == [("uploading", True), ("uploading", True), ("failed", True)]


def test_a_newer_status_and_an_orphan_say_nothing() -> None:
    newer = told(status=42, file_results=[egress.FileInfo(filename="a.mp4")])
    assert newer.progress(newer.outputs[0]).state is OutputState.UNKNOWN
    active = job("active")
    orphan = Job(**{name: getattr(active, name) for name in Job.__slots__} | {"orphaned": True})
    assert {orphan.progress(output).state for output in orphan.outputs} == {OutputState.UNKNOWN}
