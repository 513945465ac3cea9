"""The stand-in takes every kind of egress, fills its results in as the real worker does, and keeps
credentials out of them."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from livekit import api
from livekit.protocol import egress

from dev.workers import Standin
from tests.dev.jobs import FILE, Jobs

CLOCK = r"\d{4}-\d\d-\d\dT\d{6}"
S3 = api.S3Upload(access_key="AKIA-not-to-be-shown", secret="s3-secret", bucket="b", region="eu")


def unified(room: str, **source: Any) -> egress.StartEgressRequest:
    """A request of the newest kind, with a file."""
    output = egress.Output(file=egress.FileOutput(filepath=FILE.filepath))
    return egress.StartEgressRequest(room_name=room, outputs=[output], **source)


REQUESTS: dict[str, Callable[[str], Any]] = {
    "room_composite": lambda room: api.RoomCompositeEgressRequest(
        room_name=room, layout="speaker", file_outputs=[FILE], preset=api.H264_1080P_30
    ),
    "web": lambda room: api.WebEgressRequest(
        url=f"https://{room}.example/", file_outputs=[FILE], await_start_signal=True
    ),
    "participant": lambda room: api.ParticipantEgressRequest(
        room_name=room, identity="ada", screen_share=True, file_outputs=[FILE]
    ),
    "track_composite": lambda room: api.TrackCompositeEgressRequest(
        room_name=room, audio_track_id="TR_AMx", video_track_id="TR_VCx", file_outputs=[FILE]
    ),
    "track": lambda room: api.TrackEgressRequest(
        room_name=room, track_id="TR_VCx", file=api.DirectFileOutput(filepath=FILE.filepath)
    ),
    "template": lambda room: unified(room, template=egress.TemplateSource(layout="grid")),
    "page": lambda room: unified("", web=egress.WebSource(url=f"https://{room}.example/")),
    "media": lambda room: unified(
        room, media=egress.MediaSource(participant_video=egress.ParticipantVideo(identity="ada"))
    ),
}
UNIFIED = ("template", "page", "media")


@pytest.mark.parametrize("kind", REQUESTS)
def test_every_kind_is_received_whole_and_runs_to_its_end(
    kind: str, jobs: Jobs, standin: Standin, room: str
) -> None:
    request = REQUESTS[kind](room)
    egress_id = jobs.start(request)

    job = standin.job(egress_id)
    assert job.kind == ("egress" if kind in UNIFIED else kind)
    assert job.asked == request
    info = jobs.becomes(egress_id, "ACTIVE")
    assert info.WhichOneof("request") == job.kind
    assert info.room_name == ("" if kind in ("web", "page") else room)

    jobs.stop(egress_id)
    ended = jobs.becomes(egress_id, "COMPLETE")
    (file,) = ended.file_results
    assert info.file_results == [
        api.FileInfo(filename=file.filename, started_at=file.started_at)
    ], "the rest is known at the end"
    named = "{room_name}" if kind in ("web", "page") else room
    assert re.fullmatch(rf"recordings/{re.escape(named)}-{CLOCK}\.mp4", file.filename)
    assert file.location == file.filename
    assert 0 < info.started_at <= file.started_at < file.ended_at <= ended.ended_at
    assert file.duration == file.ended_at - file.started_at
    assert file.size > 0
    assert ended.file == file, "the older field for a single result"


def test_counts_come_with_the_next_change(jobs: Jobs, standin: Standin, room: str) -> None:
    standin.plan(room, active_after=0)
    segments = api.SegmentedFileOutput(
        filename_prefix="hls/x",
        playlist_name="hls/all",
        live_playlist_name="hls/live",
        segment_duration=1,
    )
    egress_id = jobs.record(
        room,
        file_outputs=[FILE],
        stream_outputs=[api.StreamOutput(urls=["rtmp://a.example/live/first-key"])],
        segment_outputs=[segments],
        image_outputs=[api.ImageOutput(filename_prefix="stills/{room_name}/")],
    )
    first = jobs.becomes(egress_id, "ACTIVE")
    time.sleep(1.2)
    assert jobs.info(egress_id) == first
    jobs.stream(egress_id, add="rtmp://b.example/live/second-key")
    later = jobs.info(egress_id)
    assert later.file_results[0] == first.file_results[0]
    assert later.segment_results[0].playlist_name == "hls/all.m3u8"
    assert later.segment_results[0].live_playlist_name == "hls/live.m3u8"
    assert (first.segment_results[0].segment_count, first.segment_results[0].size) == (0, 0)
    assert later.segment_results[0].segment_count == 1
    assert later.segment_results[0].size > 0
    assert (later.segment_results[0].duration, later.stream_results[0].duration) == (0, 0)
    assert re.fullmatch(rf"stills/{room}/{room}-{CLOCK}", later.image_results[0].filename_prefix)
    assert first.image_results[0].image_count == 0
    assert later.image_results[0].image_count == 1

    jobs.stop(egress_id)
    ended = jobs.becomes(egress_id, "COMPLETE")
    assert ended.segment_results[0].playlist_location == "hls/all.m3u8"
    assert ended.segment_results[0].segment_count > 1
    assert ended.file_results[0].size > 0
    assert ended.stream_results[0].status == api.StreamInfo.FINISHED
    assert ended.stream_results[0].duration > 1e9
    assert ended.WhichOneof("result") is None


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("", r"{room}-CLOCK\.mp4"),
        ("a/b/", r"a/b/{room}-CLOCK\.mp4"),
        ("../../up.mp4", r"up\.mp4"),
        ("film.mov", r"film\.mov\.mp4"),
        ("film.ogg", r"film\.mp4"),
        ("{room_id}/{time}", r"RM_\w+/CLOCK\.mp4"),
        ("{utc}.mp4", r"\d{17}\.mp4"),
    ],
)
def test_a_path_is_completed(asked: str, name: str, jobs: Jobs, room: str) -> None:
    egress_id = jobs.record(room, file_outputs=[api.EncodedFileOutput(filepath=asked)])
    wanted = name.replace("CLOCK", CLOCK).replace("{room}", room)
    assert re.fullmatch(wanted, jobs.info(egress_id).file_results[0].filename)


def test_sound_alone_becomes_an_ogg_file(jobs: Jobs, room: str) -> None:
    egress_id = jobs.record(room, audio_only=True, file_outputs=[FILE])
    assert jobs.info(egress_id).file_results[0].filename.endswith(".ogg")


@pytest.mark.parametrize(
    ("storage", "location"),
    [
        ({"s3": S3}, "https://b.s3.eu.amazonaws.com/f.mp4"),
        (
            {"gcp": api.GCPUpload(credentials="gcp-secret", bucket="b")},
            "https://b.storage.googleapis.com/f.mp4",
        ),
        (
            {
                "azure": api.AzureBlobUpload(
                    account_name="acc", account_key="azure-secret", container_name="c"
                )
            },
            "https://acc.blob.core.windows.net/c/f.mp4",
        ),
        (
            {
                "aliOSS": api.AliOSSUpload(
                    access_key="ali", secret="ali-secret", bucket="b", endpoint="e"
                )
            },
            "https://b.e/f.mp4",
        ),
    ],
)
def test_credentials_reach_the_worker_and_nobody_else(
    storage: dict[str, Any], location: str, jobs: Jobs, standin: Standin, room: str
) -> None:
    file = api.EncodedFileOutput(filepath="f", **storage)
    egress_id = jobs.record(room, file_outputs=[file])
    jobs.becomes(egress_id, "ACTIVE")
    jobs.stop(egress_id)
    ended = jobs.becomes(egress_id, "COMPLETE")

    assert ended.file_results[0].location == location
    assert "secret" not in str(ended).replace("{secret}", "").replace("secret:", "")
    received = standin.job(egress_id).asked
    assert isinstance(received, api.RoomCompositeEgressRequest)
    assert received.file_outputs[0] == file


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"layout": "grid"}, "request has missing or invalid field: output"),
        (
            {"file_outputs": [FILE, FILE]},
            "request has missing or invalid field: multiple file outputs",
        ),
        (
            {"audio_only": True, "video_only": True, "file_outputs": [FILE]},
            "request has missing or invalid field: audio_only and video_only",
        ),
        (
            {"stream_outputs": [api.StreamOutput(urls=["ftp://a/b/c"])]},
            "invalid url ftp://a/b/c: invalid protocol",
        ),
        (
            {"file_outputs": [api.EncodedFileOutput(file_type=api.OGG)]},
            "no supported codec is compatible with all outputs",
        ),
    ],
)
def test_a_wrong_request_is_refused_in_the_words_of_the_real_worker(
    wrong: dict[str, Any], text: str, jobs: Jobs, room: str
) -> None:
    assert jobs.refusal(lambda: jobs.record(room, **wrong)) == ("invalid_argument", text)
