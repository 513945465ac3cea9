"""One ingress: /ingress/{ingress}."""

import shlex
import subprocess
from typing import Any

import pytest
from livekit import api

from app.text.formatters import visible
from app.text.paths import ingress_path, room_path
from dev.workers import AudioInput, Fault, Standin, StandinError, VideoInput
from tests.routes.asked import ODD, Ask
from tests.routes.conftest import Counted, Join
from tests.routes.filled import polled
from tests.routes.ingress.ingresses import kept, state
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

WHIP, URL = api.IngressInput.WHIP_INPUT, api.IngressInput.URL_INPUT


def shown(visitor: Visitor, info: Any) -> Seen:
    """Open the ingress's page."""
    page = visitor.get(ingress_path(info.ingress_id))
    assert page.status == 200, page.text
    return page


def copied(page: Seen) -> list[str]:
    """Return what the copy buttons of the page copy."""
    return [button["data-copy"] for button in page.all("button") if "data-copy" in button]


def commands(page: Seen, program: str) -> list[list[str]]:
    """Return the words of the commands that can be copied, as a shell reads them."""
    lines = [text for text in copied(page) if text.startswith(program)]
    return [shlex.split(line) for line in lines]


def test_an_encoder_gets_its_address_key_and_command(admin: Visitor, make_ingress: Ask) -> None:
    info = make_ingress()
    page = shown(admin, info)
    assert {info.url, info.stream_key, info.ingress_id} <= set(copied(page))
    covered = page.html.replace(f'data-copy="{info.stream_key}"', "")
    assert covered.count(f"<code>{info.stream_key}</code>") == 1
    assert f"The stream key: {info.stream_key[:2]}••••••{info.stream_key[-2:]}" in page.text
    ((*_, target),) = commands(page, "ffmpeg")
    assert target == f"{info.url}/{info.stream_key}"


def test_whip_has_a_bearer_token(admin: Visitor, make_ingress: Ask) -> None:
    info = make_ingress(input_type=WHIP)
    page = shown(admin, info)
    assert "Bearer token" in page.text
    ((*_, option, key, target),) = commands(page, "ffmpeg")
    assert (option, key, target) == ("-authorization", info.stream_key, info.url)
    ((*_, end, token),) = commands(page, "gst-launch-1.0")
    assert end == f"signaller::whip-endpoint={info.url}"
    assert token == f"signaller::auth-token={info.stream_key}"


def test_the_command_runs_as_it_is_copied(admin: Visitor, make_ingress: Ask) -> None:
    info = make_ingress(input_type=WHIP)
    (line,) = [text for text in copied(shown(admin, info)) if text.startswith("gst-launch")]
    script = line.replace("gst-launch-1.0", "printf '%s\\n'", 1)
    for shell in ("sh", "bash"):
        done = subprocess.run([shell, "-c", script], capture_output=True, check=True, text=True)
        assert done.stdout.splitlines()[-1] == f"signaller::auth-token={info.stream_key}"
        assert "!" in done.stdout.splitlines()


def test_who_may_only_read_never_gets_a_key(
    reader: Visitor, admin: Visitor, make_ingress: Ask
) -> None:
    infos = [make_ingress(), make_ingress(input_type=WHIP)]
    for info in infos:
        page = shown(reader, info)
        for html_ in (page.html, reader.get(f"{ingress_path(info.ingress_id)}?partial=1").html):
            assert info.stream_key not in html_
            assert info.stream_key[:2] + "•" not in html_
        assert "visible to users who may edit ingresses" in page.text
        assert "ffmpeg" not in page.text
        dialogs = [a.get("href", "") for a in page.all("a", **{"data-dialog": ""})]
        assert not [href for href in dialogs if href.startswith("/ingress")]


def test_what_is_pulled_shows_its_credentials_to_nobody_who_may_only_read(
    reader: Visitor, admin: Visitor, make_ingress: Ask
) -> None:
    url = "https://user:pass-word@media.example/a%20b/live.m3u8?token=to-ken"
    info = make_ingress(input_type=URL, url=url)
    assert "https://••••••@media.example/a%20b/live.m3u8?••••••" in shown(reader, info).text
    for secret in ("pass-word", "to-ken"):
        assert secret not in shown(reader, info).html
    assert url in copied(shown(admin, info))
    assert not shown(admin, info).all("a", href=f"{ingress_path(info.ingress_id)}/edit")


def test_shows_what_comes_in_and_refreshes(
    admin: Visitor, make_ingress: Ask, standin: Standin, livekit: Ask
) -> None:
    info = make_ingress(participant_metadata='{"desk": 4}', participant_name="The Studio")
    page = shown(admin, info)
    assert "Nothing received yet." in page.text
    assert '{ "desk": 4 }' in page.text
    assert "The Studio" in page.text
    video = VideoInput("video/VP8", 1_234_567, 960, 540, 25)
    audio = AudioInput("audio/aac", 96_000, 1, 32_000)
    standin.plan_stream(info.stream_key, video=video, audio=audio, buffering=1, bitrates=True)
    standin.publish(info.stream_key)
    assert "buffering" in shown(admin, info).text
    until(lambda: state(livekit, info.ingress_id) == "ENDPOINT_PUBLISHING")
    page = admin.get(polled(page)[0])
    for text in (
        *("publishing", "VP8", "960 \u00d7 540", "25"),
        *("AAC", "32,000 Hz", "camera", "microphone"),
    ):
        assert text in page.text
    assert "bit/s" not in page.text, "no bitrate was reported yet"
    assert page.text.count("Bitrate reported at the end") == 2
    standin.change_stream(
        info.ingress_id, video=VideoInput(average_bitrate=1_234_567, width=640, height=360)
    )
    for text in ("640 \u00d7 360", "1.2 Mbit/s", "96 kbit/s"):
        assert text in shown(admin, info).text
    standin.end_stream(info.ingress_id)
    page = shown(admin, info)
    assert "Last input" in page.text
    assert "Last session just now" in page.text


def test_shows_the_error_without_the_key(
    reader: Visitor, make_ingress: Ask, standin: Standin
) -> None:
    info = make_ingress()
    standin.publish(info.stream_key)
    standin.end_stream(info.ingress_id, f"no keyframe from {info.url}/{info.stream_key} <b>")
    page = shown(reader, info)
    assert "Ended with an error" in page.text
    assert "no keyframe from rtmp://127.0.0.1:1935/" in page.text
    assert info.stream_key not in page.html
    assert "<b>" in page.text


def test_an_error_says_what_it_means_and_what_to_do(
    reader: Visitor, make_ingress: Ask, standin: Standin
) -> None:
    info = make_ingress()
    full = Fault("resource_exhausted", "server capacity exceeded")
    standin.plan_stream(info.stream_key, refuse=full)
    with pytest.raises(StandinError, match=full.error):
        standin.publish(info.stream_key)
    page = shown(reader, info)
    for text in (full.error, "too little free CPU", "Add a worker or cores"):
        assert text in page.text
    assert (
        ", for" not in page.text.partition("Last session")[2].partition("Last update")[0]
    ), "it never ended"
    assert "The worker had too little free CPU" in reader.get(f"/ingress?q={info.name}").text


def test_a_transcoded_whip_stream_tells_its_codecs_only(
    admin: Visitor, make_ingress: Ask, standin: Standin, livekit: Ask
) -> None:
    whip = api.IngressInput.WHIP_INPUT
    info = make_ingress(input_type=whip, enable_transcoding=True)
    standin.publish(info.stream_key)
    until(lambda: state(livekit, info.ingress_id) == "ENDPOINT_PUBLISHING")
    page = shown(admin, info)
    assert "Video VP8 Size \u2013" in page.text
    assert "x-vp8" not in page.markup
    standin.end_stream(info.ingress_id)


def test_warns_if_the_participant_of_a_publishing_ingress_is_not_in_the_room(
    admin: Visitor, make_ingress: Ask, standin: Standin, livekit: Ask, join: Join
) -> None:
    warning = "Its participant isn't in the room."
    info = make_ingress()
    join(info.room_name, "keeps the room open")
    standin.plan_stream(info.stream_key, outlives_room=True)
    standin.publish(info.stream_key)
    until(lambda: state(livekit, info.ingress_id) == "ENDPOINT_PUBLISHING")
    assert warning not in shown(admin, info).text
    who = api.RoomParticipantIdentity(room=info.room_name, identity=info.participant_identity)
    livekit("room.remove_participant", who)
    assert warning in shown(admin, info).text
    join(info.room_name, info.participant_identity)
    assert warning in shown(admin, info).text, "somebody else has its identity"
    standin.end_stream(info.ingress_id)
    assert warning not in shown(admin, info).text


def test_shows_all_options(admin: Visitor, make_ingress: Ask) -> None:
    info = make_ingress(
        enabled=False,
        audio=api.IngressAudioOptions(name="Voice", preset="OPUS_MONO_64KBS"),
        video=api.IngressVideoOptions(
            source="SCREEN_SHARE",
            options=api.IngressVideoEncodingOptions(
                video_codec="VP8",
                frame_rate=29.97,
                layers=[api.VideoLayer(quality="HIGH", width=1280, height=720, bitrate=1_900_000)],
            ),
        ),
    )
    text = shown(admin, info).text
    for part in (
        *("Voice", "Opus, mono, 64 kbit/s", "screen share", "VP8, 29.97 fps"),
        *("high: 1280 \u00d7 720, 1.9 Mbit/s", "disabled"),
    ):
        assert part in text


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names_are_only_text(admin: Visitor, make_ingress: Ask, odd: str) -> None:
    info = make_ingress(name=odd, room_name=odd, participant_identity=odd, participant_name=odd)
    page = shown(admin, info)
    assert page.all("h1", title=visible(odd))
    assert page.all("a", href=room_path(odd))
    assert visible(odd) in page.text or " " in odd
    assert "<script>alert" not in page.html


def test_one_that_is_gone_is_404(admin: Visitor, livekit: Ask) -> None:
    for path in (ingress_path("IN_gone"), "/ingress/~", ingress_path("a/b ?"), "/ingress/-x"):
        page = admin.get(path)
        assert page.status == 404, path
    assert "Ingress IN_gone does not exist" in admin.get(ingress_path("IN_gone")).text
    assert kept(livekit, "IN_gone") is None


def test_costs_one_livekit_call(counted: Counted, make_ingress: Ask) -> None:
    path = ingress_path(make_ingress().ingress_id)
    for address in (path, f"{path}?partial=1"):
        page, calls = counted.get(address)
        assert (page.status, calls, page.calls) == (200, 1, ["ListIngress"])
