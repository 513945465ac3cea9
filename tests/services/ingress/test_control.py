"""What LiveKit refuses about an ingress is said at the field that it is about."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from livekit import api

from app.errors import Conflict, Invalid, NotFound
from app.services.ingress import control as ingress_control
from app.services.ingress import ingresses
from app.services.ingress.control import UNREADABLE, Changes, NewIngress
from app.services.ingress.media import Quality
from app.services.ingress.options import AudioOptions, Layer, VideoOptions
from app.services.ingress.states import AudioPreset, InputType, VideoPreset
from tests.services.livekit.flights import Run

Make = Callable[..., Any]
RTMP = NewIngress(input=InputType.RTMP, identity="who", room="refused")
WHIP = replace(RTMP, input=InputType.WHIP)
PULL = replace(RTMP, input=InputType.URL, url="http://user:pass-word@media.example/x")


def video(**own: Any) -> VideoOptions:
    """Return own values for video."""
    return VideoOptions(encoding="advanced", **own)


REFUSED = [
    (replace(RTMP, identity=""), "identity"),
    (replace(PULL, room=""), "room"),
    (replace(PULL, url=""), "url"),
    (replace(PULL, url="ftp://user:pass-word@media.example/x"), "url"),
    (replace(PULL, url="http://user:pass-word@media.example/%zz"), "url"),
    (replace(PULL, url=" http://user:pass-word@media.example"), "url"),
    (replace(PULL, enabled=False), "enabled"),
    (replace(WHIP, audio=AudioOptions(encoding=AudioPreset.MONO)), "audio_encoding"),
    (replace(WHIP, video=VideoOptions(encoding=VideoPreset.P720_1)), "video_encoding"),
    (replace(RTMP, audio=AudioOptions(source="CAMERA")), "audio_source"),  # type: ignore[arg-type]
    (replace(RTMP, video=VideoOptions(source="MICROPHONE")), "video_source"),  # type: ignore[arg-type]
    (
        replace(RTMP, audio=AudioOptions(encoding="advanced", codec="AAC")),  # type: ignore[arg-type]
        "audio_codec",
    ),
    (replace(RTMP, audio=AudioOptions(encoding="advanced", channels=3)), "audio_channels"),
    (replace(RTMP, video=video(codec="H264_HIGH")), "video_codec"),
    (replace(RTMP, video=video(frame_rate=-1)), "video_frame_rate"),
    (replace(RTMP, video=video(layers=(Layer(Quality.HIGH, 3, 2),))), "video_layers"),
    (replace(RTMP, video=video(layers=(Layer(Quality.HIGH, 2, 3),))), "video_layers"),
    (replace(RTMP, video=video(layers=(Layer(Quality.HIGH, 0, 2),))), "video_layers"),
    (replace(RTMP, video=video(layers=(Layer(Quality.LOW, 2, 2),) * 2)), "video_layers"),
    (
        replace(RTMP, video=video(layers=(Layer(Quality.LOW, 4, 4), Layer(Quality.HIGH, 4, 2)))),
        "video_layers",
    ),
]


@pytest.mark.parametrize(("new", "field"), REFUSED, ids=lambda value: str(value)[-60:])
def test_what_livekit_refuses_names_the_field(run: Run[Any], new: NewIngress, field: str) -> None:
    with pytest.raises(Invalid) as raised:
        run(lambda livekit: ingress_control.create(livekit, new))
    assert list(raised.value.fields) == [field]
    said = raised.value.fields[field]
    assert said == UNREADABLE if field == "url" else said.startswith("LiveKit: ")
    assert "pass-word" not in f"{raised.value.fields} {raised.value.reason}"


def test_a_half_done_change_says_what_was_done(run: Run[Any], make_ingress: Make) -> None:
    info = make_ingress(input_type=api.IngressInput.WHIP_INPUT)
    changes = Changes(transcoding=True, video=video(layers=(Layer(Quality.HIGH, 3, 2),)))
    with pytest.raises(Invalid) as raised:
        run(lambda livekit: ingress_control.update(livekit, ingresses.record(info), changes))
    assert list(raised.value.fields) == ["video_layers"]
    assert "Transcoding is on now, but the rest was not saved" in raised.value.advice
    now = run(lambda livekit: ingresses.get(livekit, info.ingress_id))
    assert (now.transcoding, now.video) == (True, VideoOptions())


def test_what_livekit_would_ignore_is_refused() -> None:
    complete = api.IngressInfo(
        ingress_id="IN_1",
        reusable=True,
        state=api.IngressState(status="ENDPOINT_COMPLETE"),
    )
    with pytest.raises(Conflict, match="LiveKit would accept the change and ignore it"):
        ingress_control.check_changeable(ingresses.record(complete))


def test_what_is_gone_is_not_found(run: Run[Any]) -> None:
    with pytest.raises(NotFound, match="Ingress IN_none does not exist"):
        run(lambda livekit: ingress_control.delete(livekit, "IN_none"))
