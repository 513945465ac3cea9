"""Creating an ingress: /ingress/-/new."""

import secrets
from collections.abc import Callable, Iterator

import pytest
from livekit import api
from structlog.testing import capture_logs

from app.text.paths import ingress_path
from dev.stack import Stack
from dev.workers import Fault, Standin
from tests.routes.asked import ODD, Ask, people
from tests.routes.filled import filled
from tests.routes.ingress.ingresses import NEW, form, listed, state
from tests.support.dashboard import Dashboard, managing
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

LAYERS = "low 320x180 160k\nmedium 640x360\nhigh 1280x720 1.9M"


@pytest.fixture
def name(livekit: Ask) -> Iterator[str]:
    """A name no ingress has; what has it is deleted after the test."""
    chosen = f"made-{secrets.token_hex(4)}"
    yield chosen
    for info in listed(livekit, chosen):
        request = api.DeleteIngressRequest(ingress_id=info.ingress_id)
        livekit("ingress.delete_ingress", request)


@pytest.mark.parametrize(("kind", "number"), [("rtmp", 0), ("whip", 1)])
def test_four_fields_are_enough(
    admin: Visitor, livekit: Ask, name: str, kind: str, number: int
) -> None:
    answer = admin.send(NEW, form(admin, name, input=kind))
    page = admin.follow(answer)
    assert f"Ingress {name} was created." in page.text
    (info,) = listed(livekit, name)
    assert answer.location == ingress_path(info.ingress_id)
    assert info.stream_key in page.html
    assert (info.input_type, info.room_name) == (number, f"in {name}")
    assert info.participant_identity == "who"
    assert [info.HasField(field) for field in ("enabled", "audio", "video")] == [False] * 3
    assert info.enable_transcoding == (kind == "rtmp")


def test_passes_every_field_on(admin: Visitor, livekit: Ask, name: str) -> None:
    typed = {
        "participant_name": "The Studio",
        "metadata": '{"desk":  4}',
        "audio_name": "Voice",
        "audio_source": "SCREEN_SHARE_AUDIO",
        "audio_encoding": "advanced",
        "audio_codec": "OPUS",
        "audio_bitrate": "96k",
        "audio_disable_dtx": "on",
        "audio_channels": "1",
        "video_name": "Main",
        "video_source": "CAMERA",
        "video_encoding": "advanced",
        "video_codec": "VP8",
        "video_frame_rate": "29.97",
        "video_layers": LAYERS,
    }
    fields = form(admin, name, input="whip", transcoding="on", **typed)
    del fields["enabled"]
    assert admin.send(NEW, fields).status == 303
    (info,) = listed(livekit, name)
    assert (info.participant_name, info.participant_metadata) == ("The Studio", '{"desk":  4}')
    assert (info.enabled, info.enable_transcoding) == (False, True)
    assert info.audio == api.IngressAudioOptions(
        name="Voice",
        source="SCREEN_SHARE_AUDIO",
        options=api.IngressAudioEncodingOptions(
            audio_codec="OPUS", bitrate=96_000, disable_dtx=True, channels=1
        ),
    )
    layers = [
        api.VideoLayer(quality="LOW", width=320, height=180, bitrate=160_000),
        api.VideoLayer(quality="MEDIUM", width=640, height=360),
        api.VideoLayer(quality="HIGH", width=1280, height=720, bitrate=1_900_000),
    ]
    assert info.video == api.IngressVideoOptions(
        name="Main",
        source="CAMERA",
        options=api.IngressVideoEncodingOptions(video_codec="VP8", frame_rate=29.97, layers=layers),
    )


@pytest.mark.parametrize(
    ("audio", "video"),
    [
        ("OPUS_STEREO_96KBPS", "H264_720P_30FPS_3_LAYERS"),
        ("OPUS_MONO_64KBS", "H264_1080P_30FPS_1_LAYER_HIGH_MOTION"),
    ],
)
def test_passes_presets_on(admin: Visitor, livekit: Ask, name: str, audio: str, video: str) -> None:
    # what the form holds for own values counts only where those are chosen
    typed = {"audio_encoding": audio, "video_encoding": video, "video_layers": LAYERS}
    assert admin.send(NEW, form(admin, name, **typed)).status == 303
    (info,) = listed(livekit, name)
    assert info.audio == api.IngressAudioOptions(preset=audio)
    assert info.video == api.IngressVideoOptions(preset=video)


def test_every_offered_preset_is_livekits(admin: Visitor) -> None:
    offered = [option["value"] for option in admin.get(NEW).all("option")]
    for enum in (api.IngressAudioEncodingPreset, api.IngressVideoEncodingPreset):
        assert set(enum.keys()) <= set(offered)


def test_an_address_is_pulled_at_once(
    admin: Visitor, livekit: Ask, standin: Standin, name: str
) -> None:
    url = f"https://user:pass-word@media.example/{name}.m3u8?token=to-ken"
    answer = admin.send(NEW, form(admin, name, input="url", url=url))
    (info,) = listed(livekit, name)
    assert (info.url, info.reusable, info.stream_key) == (url, False, "")
    asked = standin.session(info.ingress_id).info
    assert (asked.url, asked.participant_identity) == (url, "who")
    until(lambda: state(livekit, info.ingress_id) == "ENDPOINT_PUBLISHING")
    assert "who" in people(livekit, f"in {name}")
    assert "publishing" in admin.get(answer.location).text
    standin.end_stream(info.ingress_id)
    assert "complete" in admin.get(answer.location).text


def test_a_worker_that_refuses_is_quoted_without_the_address(
    admin: Visitor, livekit: Ask, standin: Standin, name: str
) -> None:
    url = f"https://media.example/{name}?token=to-ken"
    standin.plan_stream(url, refuse=Fault("failed_precondition", f"nothing at {url}: 404"))
    page = admin.send(NEW, form(admin, name, input="url", url=url))
    assert page.status == 409
    assert "nothing at ••••••: 404" in page.text
    assert filled(page)["url"] == url
    assert listed(livekit, name) == []


def test_without_a_worker_it_says_what_to_start_and_keeps_what_was_typed(
    start_dashboard: Callable[..., Dashboard], name: str
) -> None:
    with Stack(workers=False) as alone:
        for timeout, reason in (
            (1, "LiveKit responds, but"),
            (5, "No ingress worker accepted it."),
        ):
            visitor = start_dashboard(**managing(alone), livekit_timeout=timeout).visitor()
            fields = form(visitor, name, input="url", url="http://media.example/a.mp4")
            page = visitor.send(NEW, fields)
            assert page.response.elapsed.total_seconds() < timeout + 1
            assert page.status == 503
            assert reason in page.text
            assert "Start livekit-ingress with the same Redis and API key as LiveKit." in page.text
            assert filled(page)["url"] == "http://media.example/a.mp4"
            assert '"input_type":"URL_INPUT"' in page.text
            assert '"url":"URL"' in page.text
        assert visitor.send(NEW, form(visitor, name)).status == 303, "a push needs no worker"


def test_the_form_has_a_command_to_start_from(admin: Visitor, make_ingress: Ask) -> None:
    page = admin.get(f"{NEW}?room=stage")
    request = '{"input_type":"RTMP_INPUT","room_name":"stage","participant_identity":"IDENTITY"}'
    assert request in page.text
    assert "lk ingress create /dev/stdin" in page.text
    info = make_ingress(participant_metadata="desk 4")
    page = admin.get(f"{NEW}?like={info.ingress_id}")
    assert '"participant_metadata":"desk 4"' in page.text


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names_work_all_the_way(admin: Visitor, livekit: Ask, name: str, odd: str) -> None:
    marked_name = f"{odd}{name}"
    typed = {"room": odd, "identity": odd, "participant_name": odd, "metadata": f"of {odd}"}
    page = admin.follow(admin.send(NEW, form(admin, marked_name, **typed)))
    assert page.status == 200
    assert "<script>alert" not in page.html
    (info,) = listed(livekit, name)
    assert (info.name, info.room_name, info.participant_identity) == (marked_name, odd, odd)
    assert admin.send(f"{ingress_path(info.ingress_id)}/delete", {"csrf": page.csrf}).status == 303


def test_offers_open_rooms_and_takes_the_room_it_is_opened_from(
    admin: Visitor, make_room: Ask
) -> None:
    odd = f'a"b&<i>{secrets.token_hex(4)}'
    room = make_room(odd)
    page = admin.get(NEW)
    assert page.all("datalist", id="open-rooms")
    assert page.all("input", name="room", list="open-rooms")
    assert page.calls == ["ListRooms"]
    offered = [option["value"] for option in page.all("option")]
    assert room in offered or len(offered) >= 200
    opened = admin.http.get(NEW, params={"room": odd})
    assert filled(Seen(opened))["room"] == odd


def test_another_one_is_filled_in_like_the_first(
    admin: Visitor, reader: Visitor, make_ingress: Ask, livekit: Ask, name: str
) -> None:
    url = f"https://user:pass-word@media.example/{name}"
    first = make_ingress(
        name=name,
        input_type=api.IngressInput.URL_INPUT,
        url=url,
        video=api.IngressVideoOptions(name="Main", preset="H264_540P_25FPS_2_LAYERS"),
    )
    page = admin.get(f"{NEW}?like={first.ingress_id}")
    fields = filled(page)
    assert (fields["input"], fields["url"], fields["name"]) == ("url", url, name)
    assert reader.get(f"{NEW}?like={first.ingress_id}").status == 403
    assert admin.send(NEW, fields | {"room": "another"}).status == 303
    second = next(i for i in listed(livekit, name) if i.ingress_id != first.ingress_id)
    assert (second.url, second.video) == (url, first.video)
    assert admin.get(f"{NEW}?like=IN_gone").status == 404


def test_sent_twice_there_are_two(admin: Visitor, livekit: Ask, name: str) -> None:
    fields = form(admin, name)
    assert [admin.send(NEW, fields).status for _ in range(2)] == [303, 303]
    keys = {info.stream_key for info in listed(livekit, name)}
    assert len(keys) == 2


def test_no_key_and_no_credential_reaches_the_log(admin: Visitor, livekit: Ask, name: str) -> None:
    url = f"https://user:pass-word@media.example/{name}?token=to-ken"
    with capture_logs() as lines:
        assert admin.send(NEW, form(admin, name)).status == 303
        assert admin.send(NEW, form(admin, name, input="url", url=url)).status == 303
        for wrong in (url.replace(name, "%zz"), f"ftp{url}", url.replace("media", "me dia")):
            admin.send(NEW, form(admin, name, input="url", url=wrong))
        push, pull = sorted(listed(livekit, name), key=lambda info: int(info.input_type))
        for info in (push, pull):
            path = ingress_path(info.ingress_id)
            assert admin.get(path).status == 200
            admin.post(f"{path}/edit", name="x", identity="")
            assert admin.post(f"{path}/delete").status == 303
    text = repr(lines)
    assert push.ingress_id in text
    creates = [line["event"] for line in lines if line.get("action") == "ingress.create"]
    assert creates == ["attempted", "done"] * 2 + ["attempted", "refused"] * 3
    for secret in (push.stream_key, "pass-word", "to-ken"):
        assert secret not in text


def test_refuses_what_it_must(guarded: Callable[..., None], livekit: Ask, name: str) -> None:
    guarded(NEW, name=name, room="typed-room", identity="typed-identity")
    assert listed(livekit, name) == []
