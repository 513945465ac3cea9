"""Starting an egress: /egress/-/new; each kind and each output, as its worker received it."""

from collections.abc import Callable

import pytest

from tests.routes.asked import ODD, Ask
from tests.routes.conftest import Join, StartJob
from tests.routes.egress.jobs import NEW, info_of, job_of, start_form, stop
from tests.support.visitor import Visitor


def test_the_default_records_the_room_into_a_file(start: StartJob, room: str) -> None:
    assert start(room=room) == {"room_name": room, "layout": "grid", "file_outputs": [{}]}


def test_the_started_job_is_shown_and_said(admin: Visitor, livekit: Ask, room: str) -> None:
    answer = admin.send(NEW, start_form(admin, room=room))
    job = job_of(answer)
    page = admin.follow(answer)
    assert "Recording started." in page.text
    assert page.all("h1", title=job)
    assert info_of(livekit, job).room_name == room
    stop(livekit, job)


def test_room_composite_with_everything(start: StartJob, room: str) -> None:
    assert start(
        room=room,
        layout="speaker-light",
        media="audio",
        audio_mixing="DUAL_CHANNEL_AGENT",
        custom_base_url="https://templates.example.com/mine",
        filepath="r/{room_name}",
        file_type="OGG",
        disable_manifest="on",
    ) == {
        "room_name": room,
        "layout": "speaker-light",
        "audio_only": True,
        "audio_mixing": "DUAL_CHANNEL_AGENT",
        "custom_base_url": "https://templates.example.com/mine",
        "file_outputs": [
            {"file_type": "OGG", "filepath": "r/{room_name}", "disable_manifest": True}
        ],
    }
    assert start(room=room, media="video")["video_only"] is True


def test_web(start: StartJob) -> None:
    asked = start(type="web", url="https://example.com/a?b=c", await_start_signal="on")
    assert asked == {
        "url": "https://example.com/a?b=c",
        "await_start_signal": True,
        "file_outputs": [{}],
    }


def test_participant(start: StartJob, stage: dict[str, str]) -> None:
    room = stage["room"]
    asked = start(type="participant", room=room, identity="ada", screen_share="on")
    assert asked == {
        "room_name": room,
        "identity": "ada",
        "screen_share": True,
        "file_outputs": [{}],
    }


def test_two_tracks(start: StartJob, stage: dict[str, str]) -> None:
    tracks = {"audio_track": stage["audio"], "video_track": stage["video"]}
    assert start(type="track_composite", room=stage["room"], **tracks) == {
        "room_name": stage["room"],
        "audio_track_id": stage["audio"],
        "video_track_id": stage["video"],
        "file_outputs": [{}],
    }


def test_one_track_into_a_file_or_to_a_websocket(start: StartJob, stage: dict[str, str]) -> None:
    kind = {"type": "track", "room": stage["room"], "track": stage["audio"]}
    asked = {"room_name": stage["room"], "track_id": stage["audio"]}
    assert start(**kind, filepath="t/{track_id}") == asked | {"file": {"filepath": "t/{track_id}"}}
    socket = {"direct": "websocket", "websocket_url": "wss://127.0.0.1/audio"}
    assert start(**kind, **socket) == asked | {"websocket_url": "wss://127.0.0.1/audio"}


def test_who_and_what_is_picked_from_the_room(admin: Visitor, stage: dict[str, str]) -> None:
    def offered(kind: str) -> list[str]:
        page = admin.get(NEW, params={"type": kind, "room": stage["room"]})
        return [option["value"] for option in page.all("option")]

    assert "ada" in offered("participant")
    assert {stage["audio"], stage["video"]} <= set(offered("track"))
    assert {stage["audio"], stage["video"]} <= set(offered("track_composite"))


def test_tracks_that_are_called_the_same_are_told_apart(
    admin: Visitor, room: str, join: Join
) -> None:
    ada = join(room, "ada", name="Ada", audio=True, video=True)
    (second,) = ada.publish("microphone", tracks_named="<b>the other one</b>")
    other = join(room, "ada-2", name="Ada", audio=True).track_sids["microphone"]
    text = admin.get(NEW, params={"type": "track", "room": room}).text
    same = "Ada, microphone opus with RED of"
    assert f"{same} ada, {second}, <b>the other one</b>" in text
    assert f"{same} ada-2, {other}, microphone" in text
    assert text.count(same) == 3
    assert "Ada, camera VP8 " in text
    assert "VP8 of" not in text


@pytest.mark.parametrize("kind", ["participant", "track_composite", "track"])
def test_the_room_comes_before_who_is_in_it(admin: Visitor, room: str, kind: str) -> None:
    page = admin.get(NEW, params={"type": kind})
    (step,) = page.all("form", action=NEW)
    assert (step["method"], page.all("input", name="type")[0]["value"]) == ("get", kind)
    assert page.all("input", name="room", required="")
    assert room in [option["value"] for option in page.all("option")]
    assert not page.all("input", name="filepath")
    assert admin.get(NEW, params={"type": kind, "room": room}).all("form", method="post")


def test_all_outputs_at_once(start: StartJob, room: str) -> None:
    asked = start(
        room=room,
        file_type="MP4",
        stream="on",
        urls="rtmp://127.0.0.1/live/one\r\n\r\n rtmps://127.0.0.1/live/two ",
        segments="on",
        segments_prefix="hls/s",
        playlist_name="all.m3u8",
        live_playlist_name="live.m3u8",
        segment_duration="4",
        segments_suffix="TIMESTAMP",
        images="on",
        images_prefix="img/i",
        capture_interval="7",
        image_width="320",
        image_height="180",
        images_suffix="IMAGE_SUFFIX_TIMESTAMP",
        image_codec="IC_JPEG",
    )
    assert asked["file_outputs"] == [{"file_type": "MP4"}]
    urls = ["rtmp://127.0.0.1/live/one", "rtmps://127.0.0.1/live/two"]
    assert asked["stream_outputs"] == [{"protocol": "RTMP", "urls": urls}]
    assert asked["segment_outputs"] == [
        {
            "filename_prefix": "hls/s",
            "playlist_name": "all.m3u8",
            "live_playlist_name": "live.m3u8",
            "segment_duration": 4,
            "filename_suffix": "TIMESTAMP",
        }
    ]
    assert asked["image_outputs"] == [
        {
            "capture_interval": 7,
            "width": 320,
            "height": 180,
            "filename_prefix": "img/i",
            "filename_suffix": "IMAGE_SUFFIX_TIMESTAMP",
            "image_codec": "IC_JPEG",
        }
    ]


def test_srt_alone(start: StartJob, room: str) -> None:
    asked = start(room=room, file="", stream="on", urls="srt://127.0.0.1:9000?passphrase=p")
    wanted = [{"protocol": "SRT", "urls": ["srt://127.0.0.1:9000?passphrase=p"]}]
    assert asked["stream_outputs"] == wanted
    assert "file_outputs" not in asked


def test_what_is_not_chosen_is_not_sent(start: StartJob, room: str) -> None:
    asked = start(room=room, urls="rtmp://127.0.0.1/live/x", width="10", s3_bucket="unused")
    assert asked == {"room_name": room, "layout": "grid", "file_outputs": [{}]}


@pytest.mark.parametrize("preset", ["H264_1080P_60", "PORTRAIT_H264_720P_30"])
def test_presets(start: StartJob, room: str, preset: str) -> None:
    assert start(room=room, encoding=preset)["preset"] == preset


def test_an_encoding_of_ones_own(start: StartJob, room: str) -> None:
    numbers = {"width": 640, "height": 360, "depth": 24, "framerate": 25, "video_bitrate": 900}
    sound = {"audio_bitrate": 96, "audio_frequency": 44100}
    codecs = {"video_codec": "H264_HIGH", "audio_codec": "AAC"}
    given = {name: str(value) for name, value in (numbers | sound).items()} | codecs
    asked = start(room=room, encoding="advanced", key_frame_interval="2.5", **given)
    assert asked["advanced"] == numbers | sound | codecs | {"key_frame_interval": 2.5}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names(
    admin: Visitor, start: StartJob, make_room: Callable[..., str], join: Join, odd: str
) -> None:
    make_room(odd)
    join(odd, odd, name=odd)
    assert start(room=odd, filepath=odd)["room_name"] == odd
    assert start(type="participant", room=odd, identity=odd)["identity"] == odd
