"""Ingresses as records: without secrets, and with no figure that LiveKit did not tell."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from livekit import api
from livekit.protocol import models
from livekit.protocol.ingress import InputVideoState

from app.errors import NotFound
from app.services.ingress import ingresses
from app.services.ingress.ingresses import OfRoom, without_secrets
from app.services.ingress.options import (
    AudioOptions,
    Layer,
    VideoOptions,
    audio_message,
    audio_options,
    video_message,
    video_options,
)
from app.services.ingress.states import AudioPreset, IngressStatus, InputType, VideoPreset
from app.services.livekit.enums import Newer
from app.services.rooms import tracks
from dev.workers import Standin
from tests.services.livekit.flights import Run
from tests.support.fault import Relay
from tests.support.waiting import until

HOST = st.sampled_from(["media.example", "10.0.0.1:9000", "[::1]:80"])
WORD = st.text("abcXYZ019._~-", min_size=4, max_size=12).map("s3cret{}".format)


@given(host=HOST, user=WORD, password=WORD, query=WORD, part=WORD, scheme=st.sampled_from("hs"))
def test_an_address_keeps_host_and_path_alone(
    host: str, user: str, password: str, query: str, part: str, scheme: str
) -> None:
    name = {"h": "https", "s": "srt"}[scheme]
    full = f"{name}://{user}:{password}@{host}/live/a.m3u8?k={query}&k2={query}#{part}"
    assert without_secrets(full) == f"{name}://••••••@{host}/live/a.m3u8?••••••"
    plain = f"{name}://{host}/live/a%20b"
    assert without_secrets(plain) == plain


@pytest.mark.parametrize(
    "url",
    [
        "ingress.example.com:1935/live",  # rtmp_base_url without a scheme
        "rtmp:///localhost:1935/live",
        "RTMP://Ingress.Example.com/live",
        "http://livekit-ingress:8080/w",
        "rtmp:ingress.example.com/live",
        "https://host/a@b",
    ],
)
def test_an_address_without_credentials_is_shown_as_livekit_has_it(url: str) -> None:
    assert without_secrets(url) == url


def test_credentials_without_a_scheme_are_hidden() -> None:
    assert without_secrets("ada:s3cret@host:1935/live?k=s3cret") == "••••••@host:1935/live?••••••"


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("ingress.example.com:1935/live", "no scheme"),
        ("rtmp:///localhost:1935/live", "no host"),
        ("rtmp://localhost:1935/live", "same machine"),
        ("rtmp://LocalHost./live", "same machine"),
        ("rtmp://127.0.0.2:1935/live", "same machine"),
        ("http://[::1]:8080/w", "same machine"),
        ("http://0.0.0.0:8080/w", "same machine"),
        ("http://livekit-ingress:8080/w", "no full domain name"),
    ],
)
def test_an_address_that_encoders_elsewhere_cannot_reach(url: str, problem: str) -> None:
    assert problem in ingresses.record(api.IngressInfo(url=url)).reach_problem


@pytest.mark.parametrize(
    "url", ["rtmp://ingress.example.com/live", "https://203.0.113.5/w", "rtmp://[2001:db8::1]/live"]
)
def test_an_address_that_encoders_may_reach(url: str) -> None:
    assert ingresses.record(api.IngressInfo(url=url)).reach_problem == ""


def test_only_an_address_for_encoders_is_judged() -> None:
    pulls = api.IngressInfo(input_type=api.IngressInput.URL_INPUT, url="http://files/a.mp4")
    assert ingresses.record(pulls).reach_problem == ""
    assert ingresses.record(api.IngressInfo()).reach_problem == ""


@given(st.text())
def test_any_text_is_an_address_or_hidden(text: str) -> None:
    shown = without_secrets(text)
    assert isinstance(shown, str)
    assert bool(shown) == bool(text)


def test_one_that_says_little_is_a_record_too() -> None:
    found = ingresses.record(api.IngressInfo())
    assert (found.label, found.url, found.error) == ("", "", "")
    assert (found.input, found.status) == (InputType.RTMP, IngressStatus.INACTIVE)
    assert (found.enabled, found.missing) == (True, "rtmp_base_url")
    assert (found.video_in, found.audio_in) == (None, None)
    assert (found.started, found.ended, found.updated) == (None, None, None)


def test_times_are_nanoseconds_and_zeros_are_not_told() -> None:
    state = api.IngressState(
        started_at=1_700_000_000_250_000_000, video=InputVideoState(mime_type="video/H264")
    )
    found = ingresses.record(api.IngressInfo(state=state))
    assert found.started == datetime.fromtimestamp(1_700_000_000.25, UTC)
    video = found.video_in
    assert video is not None
    assert video.codec == "H264"
    assert {video.width, video.height, video.frame_rate, video.bitrate} == {None}


@pytest.mark.parametrize(
    ("mime", "codec"),
    [
        ("video/H264", "H264"),
        ("video/x-vp8", "VP8"),
        ("video/VP9", "VP9"),
        ("video/x-av1", "AV1"),
        ("video/x-h265", "H265"),
        ("video/x-new", "new"),
        ("video/X264", "X264"),
        ("", ""),
    ],
)
def test_codecs_are_spelled_as_in_a_room(mime: str, codec: str) -> None:
    state = api.IngressState(video=InputVideoState(mime_type=mime))
    video = ingresses.record(api.IngressInfo(state=state)).video_in
    assert video
    assert video.codec == codec
    track = models.TrackInfo(mime_type=mime)
    assert tracks.track_record(track).codec == codec


def test_what_is_newer_than_this_build_is_said_to_be_unknown() -> None:
    info = api.IngressInfo.FromString(
        # input_type 7, audio preset 77, video codec 99 of a layer of quality 9, state 42
        b"\x28\x07" + b"\x32\x02\x18\x4d" + b"\x3a\x08\x22\x06\x08\x63\x1a\x02\x08\x09"
        b"\x62\x02\x08\x2a"
    )
    found = ingresses.record(info)
    assert (found.input, found.status) == (Newer("7"), Newer("42"))
    assert {type(found.input), type(found.status)} == {Newer}
    assert found.audio.encoding == AudioPreset.UNKNOWN
    assert (found.video.codec, found.video.layers[0].quality) == ("99", "9")


def test_the_record_holds_no_secret() -> None:
    info = api.IngressInfo(
        stream_key="the-key",
        url="https://user:pass-word@h/x?token=to-ken",
        input_type="URL_INPUT",
        state=api.IngressState(error="GET https://user:pass-word@h/x?token=to-ken: the-key? 403"),
    )
    text = repr(ingresses.record(info))
    for secret in ("the-key", "pass-word", "to-ken", "user"):
        assert secret not in text
    assert "403" in text
    target = ingresses.EncoderTarget(url=info.url, key=info.stream_key)
    assert repr(target) == "EncoderTarget()"


AUDIO = st.builds(
    AudioOptions,
    name=st.text(),
    source=st.sampled_from(["UNKNOWN", "MICROPHONE", "SCREEN_SHARE_AUDIO"]),
    encoding=st.sampled_from(["", *(p for p in AudioPreset if p != "UNKNOWN")]),
)
LAYERS = st.builds(
    Layer,
    quality=st.sampled_from(["LOW", "MEDIUM", "HIGH"]),
    width=st.integers(0, 9999),
    height=st.integers(0, 9999),
    bitrate=st.integers(0, 2**32 - 1),
)
VIDEO = st.builds(
    VideoOptions,
    name=st.text(),
    source=st.sampled_from(["UNKNOWN", "CAMERA", "SCREEN_SHARE"]),
    encoding=st.sampled_from(["", *(p for p in VideoPreset if p != "UNKNOWN")]),
) | st.builds(
    VideoOptions,
    encoding=st.just("advanced"),
    codec=st.sampled_from(["DEFAULT_VC", "VP8"]),
    frame_rate=st.floats(0, 240),
    layers=st.lists(LAYERS, max_size=3).map(tuple),
)


@given(AUDIO, VIDEO)
def test_options_survive_the_way_to_livekit_and_back(
    audio: AudioOptions, video: VideoOptions
) -> None:
    assert audio_options(audio_message(audio)) == audio
    assert video_options(video_message(video)) == video


def test_those_of_a_room_cost_one_call_and_the_newest_comes_first(
    run: Run[Any], relay: Relay, make_ingress: Callable[..., Any], standin: Standin
) -> None:
    live = make_ingress(room_name="panel-room")
    make_ingress(room_name="panel-room")
    later = make_ingress(room_name="panel-room", participant_identity="another")
    standin.publish(live.stream_key)

    def of_room() -> OfRoom:
        found: OfRoom = run(lambda livekit: ingresses.of_room(livekit, "panel-room"))
        return found

    until(lambda: [i.status for i in of_room().active] == ["publishing"])
    relay.requests = 0
    found = of_room()
    assert ([i.id for i in found.active], found.idle) == ([live.ingress_id], 2)
    assert relay.requests == 1
    standin.publish(later.stream_key)
    until(lambda: [i.status for i in of_room().active] == ["publishing"] * 2)
    relay.requests = 0
    assert [i.id for i in of_room().active] == [later.ingress_id, live.ingress_id]
    assert relay.requests == 1
    assert run(lambda livekit: ingresses.of_room(livekit, "")) == OfRoom((), 0)
    assert relay.requests == 1


@pytest.mark.parametrize("ingress_id", ["", "IN_none", "a/b", "é" * 500])
def test_one_that_is_not_there_is_not_found(run: Run[Any], ingress_id: str) -> None:
    with pytest.raises(NotFound, match="does not exist"):
        run(lambda livekit: ingresses.get(livekit, ingress_id))
