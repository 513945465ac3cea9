"""What the stand-in reports of an ingress, and when: as livekit-ingress does."""

import time

import pytest

from dev.workers import AudioInput, Standin, VideoInput
from tests.dev.streams import Becomes, Make, State


def test_only_changes_are_reported(
    make_ingress: Make, becomes: Becomes, state: State, standin: Standin
) -> None:
    ingress = make_ingress()
    standin.publish(ingress.stream_key)
    published = becomes(ingress.ingress_id, "PUBLISHING")
    time.sleep(2.5)
    assert state(ingress.ingress_id) == published
    standin.change_stream(ingress.ingress_id, VideoInput(width=640, height=360))
    assert state(ingress.ingress_id).updated_at > published.updated_at


def test_bitrates_come_with_a_change_once_they_are_measured(
    make_ingress: Make, becomes: Becomes, state: State, standin: Standin
) -> None:
    ingress = make_ingress()
    standin.plan_stream(ingress.stream_key, bitrates=True)
    standin.publish(ingress.stream_key)
    published = becomes(ingress.ingress_id, "PUBLISHING")
    assert (published.video.average_bitrate, published.audio.average_bitrate) == (0, 0)
    standin.change_stream(ingress.ingress_id, audio=AudioInput(average_bitrate=96_000))
    assert state(ingress.ingress_id).audio.average_bitrate == 96_000
    standin.end_stream(ingress.ingress_id)
    assert becomes(ingress.ingress_id, "INACTIVE").video.average_bitrate == 2_500_000


@pytest.mark.parametrize(
    ("transcoding", "video", "audio"),
    [
        (False, ("video/VP8", 1280, 720, 0), ("audio/opus", 1, 48_000)),
        (True, ("video/x-vp8", 0, 0, 0), ("audio/opus", 0, 0)),
    ],
)
def test_of_a_transcoded_whip_stream_only_the_types_are_known(
    transcoding: bool,
    video: tuple[str, int, int, float],
    audio: tuple[str, int, int],
    make_ingress: Make,
    becomes: Becomes,
    standin: Standin,
) -> None:
    ingress = make_ingress("WHIP", enable_transcoding=transcoding)
    standin.publish(ingress.stream_key)
    state = becomes(ingress.ingress_id, "PUBLISHING")
    shown = state.video
    assert (shown.mime_type, shown.width, shown.height, shown.framerate) == video
    assert (state.audio.mime_type, state.audio.channels, state.audio.sample_rate) == audio
