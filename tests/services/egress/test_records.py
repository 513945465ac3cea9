"""Egress jobs as records: what was asked for, by whichever request of whichever version."""

from typing import Any

import pytest
from livekit.api import EgressInfo
from livekit.protocol import egress

from app.services.egress.jobs import Job, record
from app.services.egress.states import EgressType, OutputKind

FILE = egress.EncodedFileOutput(filepath="rec/{room_name}.mp4")
STREAM = egress.StreamOutput(urls=["rtmp://host/live/abcdefghi", "rtmp://host/live/123456789"])
SEGMENTS = egress.SegmentedFileOutput(playlist_name="all.m3u8", filename_prefix="hls/part")
IMAGES = egress.ImageOutput(filename_prefix="img/at")
ALL: dict[str, Any] = {
    "file_outputs": [FILE],
    "stream_outputs": [STREAM],
    "segment_outputs": [SEGMENTS],
    "image_outputs": [IMAGES],
}
ASKED = [
    (OutputKind.FILE, "rec/{room_name}.mp4"),
    (OutputKind.STREAM, "rtmp://host/live/{abc...ghi}"),
    (OutputKind.STREAM, "rtmp://host/live/{123...789}"),
    (OutputKind.SEGMENTS, "all.m3u8"),
    (OutputKind.IMAGES, "img/at"),
]


def asked(job: Job) -> list[tuple[OutputKind, str]]:
    """Return the job's outputs by kind and name."""
    return [(output.kind, output.name) for output in job.outputs]


CLASSIC: dict[EgressType, tuple[dict[str, Any], str]] = {
    EgressType.ROOM_COMPOSITE: (
        {"room_composite": egress.RoomCompositeEgressRequest(layout="speaker", **ALL)},
        "speaker",
    ),
    EgressType.WEB: (
        {"web": egress.WebEgressRequest(url="https://me@host/?a=1", **ALL)},
        "https://••••••@host/?a=1",
    ),
    EgressType.PARTICIPANT: (
        {"participant": egress.ParticipantEgressRequest(identity="ada", **ALL)},
        "ada",
    ),
    EgressType.TRACK_COMPOSITE: (
        {
            "track_composite": egress.TrackCompositeEgressRequest(
                audio_track_id="TR_a", video_track_id="TR_v", **ALL
            )
        },
        "TR_a, TR_v",
    ),
}


@pytest.mark.parametrize("kind", CLASSIC)
def test_the_classic_requests(kind: EgressType) -> None:
    request, subject = CLASSIC[kind]
    job = record(EgressInfo(egress_id="EG_1", room_name="r", room_id="RM_1", **request))
    assert (job.id, job.type, job.room, job.room_sid) == ("EG_1", kind, "r", "RM_1")
    assert job.subject == subject
    assert asked(job) == ASKED


def test_a_room_without_layout_is_told_by_its_template() -> None:
    request = egress.RoomCompositeEgressRequest(custom_base_url="https://host/?token=x")
    assert record(EgressInfo(room_composite=request)).subject == "https://host/?token=••••••"


def test_one_track_alone_and_one_of_two() -> None:
    alone = egress.TrackCompositeEgressRequest(video_track_id="TR_v")
    assert record(EgressInfo(track_composite=alone)).subject == "TR_v"
    file = egress.TrackEgressRequest(
        track_id="TR_a", file=egress.DirectFileOutput(filepath="track.ogg")
    )
    job = record(EgressInfo(track=file))
    assert (job.type, job.subject, asked(job)) == (
        EgressType.TRACK,
        "TR_a",
        [(OutputKind.FILE, "track.ogg")],
    )
    socket = egress.TrackEgressRequest(track_id="TR_a", websocket_url="wss://host/?token=x")
    sent = asked(record(EgressInfo(track=socket)))
    assert sent == [(OutputKind.WEBSOCKET, "wss://host/?token=••••••")]


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ({"file": FILE}, ASKED[:1]),
        ({"stream": STREAM}, ASKED[1:3]),
        ({"segments": SEGMENTS}, ASKED[3:4]),
    ],
    ids=["file", "stream", "segments"],
)
def test_the_single_outputs_of_old_requests(output: dict[str, Any], expected: Any) -> None:
    composite = egress.RoomCompositeEgressRequest(**output)
    web = egress.WebEgressRequest(**output)
    tracks = egress.TrackCompositeEgressRequest(**output)
    for info in (
        EgressInfo(room_composite=composite),
        EgressInfo(web=web),
        EgressInfo(track_composite=tracks),
    ):
        assert asked(record(info)) == expected


OUTPUTS = [
    egress.Output(file=egress.FileOutput(filepath="rec/{room_name}.mp4")),
    egress.Output(stream=STREAM),
    egress.Output(segments=SEGMENTS),
    egress.Output(images=IMAGES),
]
PERSON = egress.ParticipantVideo(identity="ada")
UNIFIED: list[tuple[EgressType, dict[str, Any], str]] = [
    (EgressType.TEMPLATE, {"template": egress.TemplateSource(layout="grid")}, "grid"),
    (
        EgressType.TEMPLATE,
        {"template": egress.TemplateSource(custom_base_url="https://host/mine")},
        "https://host/mine",
    ),
    (EgressType.WEB, {"web": egress.WebSource(url="https://host/a")}, "https://host/a"),
    (EgressType.MEDIA, {"media": egress.MediaSource(video_track_id="TR_v")}, "TR_v"),
    (EgressType.MEDIA, {"media": egress.MediaSource(participant_video=PERSON)}, "ada"),
    (EgressType.UNKNOWN, {}, ""),
]


@pytest.mark.parametrize(("kind", "source", "subject"), UNIFIED)
def test_the_one_request_for_all(kind: EgressType, source: dict[str, Any], subject: str) -> None:
    request = egress.StartEgressRequest(room_name="r", outputs=OUTPUTS, **source)
    job = record(EgressInfo(room_name="r", egress=request))
    assert (job.type, job.subject) == (kind, subject)
    assert asked(job) == ASKED


def test_streams_with_ids_of_their_own() -> None:
    ends = [egress.StreamDestination(id="d", url="rtmp://host/live/abcdefghi")]
    output = egress.Output(stream=egress.StreamOutput(destinations=ends))
    job = record(EgressInfo(egress=egress.StartEgressRequest(outputs=[output, egress.Output()])))
    assert asked(job) == [(OutputKind.STREAM, "rtmp://host/live/{abc...ghi}")]


def test_a_replay() -> None:
    request = egress.ExportReplayRequest(replay_id="RP_1", outputs=OUTPUTS)
    job = record(EgressInfo(replay=request))
    assert (job.type, job.subject, asked(job)) == (EgressType.REPLAY, "RP_1", ASKED)
