"""Changing an ingress: /ingress/{ingress}/edit."""

from collections.abc import Callable
from typing import Any

import pytest
from livekit import api

from app.text.paths import ingress_path
from dev.stack import Stack
from dev.workers import Standin
from tests.routes.asked import ODD, Ask
from tests.routes.filled import filled, marked
from tests.routes.ingress.ingresses import kept, state
from tests.support.asking import asker
from tests.support.dashboard import Dashboard, managing
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

WHIP, URL = api.IngressInput.WHIP_INPUT, api.IngressInput.URL_INPUT
VIDEO = api.IngressVideoOptions(
    name="Main",
    source="CAMERA",
    options=api.IngressVideoEncodingOptions(
        video_codec="VP8",
        frame_rate=29.97,
        layers=[
            api.VideoLayer(quality="LOW", width=320, height=180, bitrate=160_001),
            api.VideoLayer(quality="HIGH", width=1280, height=720, bitrate=1_900_000),
        ],
    ),
)
AUDIO = api.IngressAudioOptions(
    name="Voice",
    source="MICROPHONE",
    options=api.IngressAudioEncodingOptions(bitrate=96_010, disable_dtx=True, channels=1),
)


def path_of(info: Any) -> str:
    """Return the address of the form."""
    return ingress_path(info.ingress_id, "edit")


def edited(visitor: Visitor, info: Any, **typed: str | None) -> Seen:
    """Send the form as it is shown, with what is typed; None leaves a box unticked."""
    fields = filled(visitor.get(path_of(info))) | typed
    return visitor.send(path_of(info), {k: v for k, v in fields.items() if v is not None})


@pytest.fixture
def full(make_ingress: Ask) -> Any:
    """An ingress with everything that one can have."""
    return make_ingress(
        input_type=WHIP,
        participant_name="Studio",
        participant_metadata='{"a":1}',
        enable_transcoding=True,
        enabled=False,
        audio=AUDIO,
        video=VIDEO,
    )


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("name", "another name", "name"),
        ("room", "another room", "room_name"),
        ("identity", "somebody else", "participant_identity"),
        ("participant_name", "Another", "participant_name"),
        ("metadata", '{"b": [1]}', "participant_metadata"),
    ],
)
def test_changes_one_thing_and_keeps_all_the_rest(
    admin: Visitor, livekit: Ask, full: Any, field: str, value: str, named: str
) -> None:
    page = admin.follow(edited(admin, full, **{field: value}))
    assert "was saved" in page.text
    now = kept(livekit, full.ingress_id)
    assert getattr(now, named) == value
    setattr(full, named, value)
    assert now == full


def test_saved_unchanged_nothing_is_sent(admin: Visitor, livekit: Ask, full: Any) -> None:
    page = admin.follow(edited(admin, full))
    assert "Nothing was changed." in page.text
    assert kept(livekit, full.ingress_id) == full


def test_switches(admin: Visitor, livekit: Ask, full: Any) -> None:
    assert edited(admin, full, enabled="on").status == 303
    assert kept(livekit, full.ingress_id).enabled
    assert edited(admin, full, enabled=None).status == 303
    assert kept(livekit, full.ingress_id).enabled is False


def test_options_are_replaced_whole(admin: Visitor, livekit: Ask, full: Any) -> None:
    assert edited(admin, full, video_frame_rate="30").status == 303
    now = kept(livekit, full.ingress_id)
    faster = api.IngressVideoOptions()
    faster.CopyFrom(VIDEO)
    faster.options.frame_rate = 30
    assert (now.video, now.audio) == (faster, AUDIO)
    assert edited(admin, full, video_encoding="H264_720P_30FPS_1_LAYER").status == 303
    preset = api.IngressVideoOptions(name="Main", source="CAMERA", preset="H264_720P_30FPS_1_LAYER")
    assert kept(livekit, full.ingress_id).video == preset
    cleared = {"video_encoding": "", "video_name": "", "video_source": "UNKNOWN"}
    assert edited(admin, full, **cleared).status == 303
    assert kept(livekit, full.ingress_id).video == api.IngressVideoOptions()


def test_transcoding_and_an_encoding_can_be_switched_on_at_once_and_off_again(
    admin: Visitor, livekit: Ask, make_ingress: Ask
) -> None:
    info = make_ingress(input_type=WHIP)
    wanted = {"transcoding": "on", "audio_encoding": "OPUS_MONO_64KBS"}
    assert edited(admin, info, **wanted).status == 303
    now = kept(livekit, info.ingress_id)
    assert (now.enable_transcoding, now.bypass_transcoding) == (True, False)
    assert now.audio == api.IngressAudioOptions(preset="OPUS_MONO_64KBS")
    page = edited(admin, info, transcoding=None)
    assert (page.status, marked(page)) == (422, ["audio_encoding"])
    assert edited(admin, info, transcoding=None, audio_encoding="").status == 303
    assert kept(livekit, info.ingress_id).enable_transcoding is False


def test_somebody_elses_change_meanwhile_stays(admin: Visitor, livekit: Ask, full: Any) -> None:
    fields = filled(admin.get(path_of(full)))
    other = api.UpdateIngressRequest(ingress_id=full.ingress_id, room_name="moved", enabled=True)
    livekit("ingress.update_ingress", other)
    assert admin.send(path_of(full), fields | {"name": "renamed"}).status == 303
    now = kept(livekit, full.ingress_id)
    assert (now.name, now.room_name, now.enabled) == ("renamed", "moved", True)


@pytest.mark.parametrize("field", ["name", "room", "participant_name", "metadata"])
def test_what_livekit_cannot_empty_is_said(
    admin: Visitor, livekit: Ask, full: Any, field: str
) -> None:
    page = edited(admin, full, **{field: ""})
    assert (page.status, marked(page)) == (422, [field])
    assert "LiveKit can't clear this once it is set" in page.text
    assert kept(livekit, full.ingress_id) == full


def test_bad_input_is_422_and_kept(admin: Visitor, livekit: Ask, full: Any) -> None:
    wrong = {"identity": "", "metadata": "{x", "video_layers": "high 3x3", "audio_bitrate": "?"}
    page = edited(admin, full, **wrong)
    assert page.status == 422
    assert set(marked(page)) <= set(wrong)
    assert {field: filled(page)[field] for field in wrong} == wrong
    assert kept(livekit, full.ingress_id) == full
    for shown in ("", "no json", "[1]", '{"audio_bitrate": ["x"]}'):
        assert edited(admin, full, shown=shown, name="x").status == 422, shown


def test_while_it_publishes_the_session_ends_and_that_is_said(
    admin: Visitor, make_ingress: Ask, standin: Standin, livekit: Ask
) -> None:
    info = make_ingress()
    standin.publish(info.stream_key)
    until(lambda: state(livekit, info.ingress_id) == "ENDPOINT_PUBLISHING")
    assert "Saving interrupts the live session" in admin.get(path_of(info)).text
    assert "Nothing was changed" in admin.follow(edited(admin, info)).text
    assert state(livekit, info.ingress_id) == "ENDPOINT_PUBLISHING"
    page = admin.follow(edited(admin, info, room="the next room"))
    assert "Its session has ended: the encoder must reconnect." in page.text
    until(lambda: state(livekit, info.ingress_id) == "ENDPOINT_INACTIVE")
    (call,) = standin.session(info.ingress_id).received
    wanted = api.UpdateIngressRequest(ingress_id=info.ingress_id, room_name="the next room")
    assert (call.name, call.request) == ("update_ingress", wanted)
    assert "Saving interrupts" not in admin.get(path_of(info)).text


def test_a_worker_that_is_gone_is_said(start_dashboard: Callable[..., Dashboard]) -> None:
    with Stack() as own:
        visitor = start_dashboard(**managing(own)).visitor()
        livekit = asker(own)
        request = api.CreateIngressRequest(room_name="r", participant_identity="i")
        info = livekit("ingress.create_ingress", request)
        own.standin.publish(info.stream_key)
        until(lambda: state(livekit, info.ingress_id) == "ENDPOINT_PUBLISHING")
        own.workers.kill()
        page = visitor.follow(edited(visitor, info, room="another"))
        assert "was saved, but its worker did not respond." in page.text
        assert kept(livekit, info.ingress_id).room_name == "another"


def test_what_is_pulled_cannot_be_changed_and_says_what_to_do(
    admin: Visitor, make_ingress: Ask, livekit: Ask
) -> None:
    info = make_ingress(input_type=URL, url="http://media.example/edit.mp4")
    fields = {"input": "url", "name": "x", "room": "y", "identity": "z"}
    for page in (admin.get(path_of(info)), admin.post(path_of(info), **fields)):
        assert page.status == 409
        assert "it pulls from its source URL once" in page.text
        assert "Duplicate" in page.text
    assert kept(livekit, info.ingress_id).name == info.name


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names_come_through_untouched(
    admin: Visitor, livekit: Ask, make_ingress: Ask, odd: str
) -> None:
    fields = {"room_name": odd, "participant_identity": odd, "participant_name": odd}
    info = make_ingress(name=odd, participant_metadata=f"of {odd}", **fields)
    assert edited(admin, info, audio_name=odd).status == 303
    now = kept(livekit, info.ingress_id)
    assert now.audio.name == odd
    now.ClearField("audio")
    assert now == info


def test_line_breaks_that_no_field_can_hold_are_not_lost(
    admin: Visitor, livekit: Ask, make_ingress: Ask
) -> None:
    info = make_ingress(name="two\r\nlines", room_name="a\nb", participant_metadata="c\r\nd\re")
    fields = filled(admin.get(path_of(info)))
    # a browser takes them out of an input, and writes those of a textarea as CR LF
    typed = {
        name: fields[name].replace("\r", "").replace("\n", "") for name in ("name", "room")
    } | {"metadata": fields["metadata"].replace("\r\n", "\n").replace("\n", "\r\n")}
    assert edited(admin, info, **typed, identity="changed").status == 303
    now = kept(livekit, info.ingress_id)
    assert (now.name, now.room_name) == (info.name, info.room_name)
    assert now.participant_metadata == info.participant_metadata
    assert now.participant_identity == "changed"


def test_one_that_is_gone_is_404(admin: Visitor) -> None:
    path = ingress_path("IN_gone", "edit")
    assert admin.get(path).status == 404
    page = admin.post(path, identity="typed in vain", name="n")
    assert page.status == 404
    assert "typed in vain" in page.html


def test_refuses_what_it_must(guarded: Callable[..., None], livekit: Ask, full: Any) -> None:
    guarded(path_of(full), name="typed", identity="typed-identity", input="whip")
    assert kept(livekit, full.ingress_id) == full
