"""The stand-in takes streams in: by stream key, by address, and what LiveKit then says of them."""

from collections.abc import Callable
from typing import Any

import pytest
from livekit import api
from livekit.protocol.models import ParticipantInfo, ParticipantPermission, TrackType

from dev.workers import AudioInput, Fault, Standin, StandinError, StreamEnding, VideoInput
from tests.dev.streams import Becomes, Make, State
from tests.support.waiting import until

STATES = api.IngressState.Status


def test_a_stream_buffers_publishes_and_stops(
    make_ingress: Make, becomes: Becomes, standin: Standin, livekit: Callable[..., Any], room: str
) -> None:
    ingress = make_ingress(participant_name="OBS")
    assert ingress.url == "rtmp://127.0.0.1:1935/live"

    session = standin.publish(ingress.stream_key)
    assert session.info.state.status == STATES.ENDPOINT_BUFFERING

    published = becomes(ingress.ingress_id, "PUBLISHING")
    video, audio = published.video, published.audio
    assert (video.mime_type, video.width, video.height) == ("video/H264", 1280, 720)
    assert (video.framerate, video.average_bitrate) == (30, 0)
    assert (audio.mime_type, audio.channels, audio.sample_rate) == ("audio/aac", 2, 44_100)
    (opened,) = livekit("room.list_rooms", api.ListRoomsRequest(names=[room])).rooms
    assert published.room_id == opened.sid
    assert published.resource_id.startswith("RT_")
    asked = api.RoomParticipantIdentity(room=room, identity="obs")
    person = livekit("room.get_participant", asked)
    assert (person.kind, person.name) == (ParticipantInfo.Kind.INGRESS, "OBS")
    assert dict(person.attributes) == {
        "ingress.ingressID": ingress.ingress_id,
        "ingress.resourceID": published.resource_id,
    }
    assert person.permission == ParticipantPermission(
        can_publish=True, can_publish_data=True, can_update_metadata=True
    )

    def kinds() -> set[Any]:
        return {track.type for track in livekit("room.get_participant", asked).tracks}

    until(lambda: kinds() == {TrackType.AUDIO, TrackType.VIDEO})

    standin.end_stream(ingress.ingress_id)
    ended = becomes(ingress.ingress_id, "INACTIVE")
    assert published.started_at == ended.started_at < ended.ended_at
    assert (ended.video, ended.audio, ended.room_id) == (video, audio, published.room_id)
    with pytest.raises(api.TwirpError, match="participant does not exist"):
        livekit("room.get_participant", asked)


def test_a_whip_stream_sends_what_is_planned(
    make_ingress: Make, becomes: Becomes, state: State, standin: Standin
) -> None:
    ingress = make_ingress("WHIP")
    assert ingress.url == "http://127.0.0.1:8081/w"
    standin.plan_stream(ingress.stream_key, audio=AudioInput("audio/opus", 48_000, 1, 48_000))
    standin.publish(ingress.stream_key)
    published = becomes(ingress.ingress_id, "PUBLISHING")
    assert not published.HasField("video")
    assert published.audio.channels == 1
    assert published.resource_id.startswith("WH_")

    changed = AudioInput("audio/opus", 32_000, 2, 48_000)
    standin.change_stream(ingress.ingress_id, VideoInput(width=640, height=360), changed)
    assert state(ingress.ingress_id).video.width == 640
    assert state(ingress.ingress_id).audio.channels == 2


def test_a_stream_can_break(make_ingress: Make, becomes: Becomes, standin: Standin) -> None:
    ingress = make_ingress()
    standin.publish(ingress.stream_key)
    becomes(ingress.ingress_id, "PUBLISHING")
    standin.end_stream(ingress.ingress_id, "connection reset by peer")
    assert becomes(ingress.ingress_id, "ERROR").error == "connection reset by peer"

    planned = make_ingress()
    standin.plan_stream(planned.ingress_id, buffering=0, end=StreamEnding("no keyframe"))
    standin.publish(planned.stream_key)
    assert becomes(planned.ingress_id, "ERROR").error == "no keyframe"


def test_a_change_ends_the_stream_so_that_it_comes_again(
    make_ingress: Make, becomes: Becomes, standin: Standin, livekit: Callable[..., Any]
) -> None:
    ingress = make_ingress()
    standin.publish(ingress.stream_key)
    becomes(ingress.ingress_id, "PUBLISHING")
    change = api.UpdateIngressRequest(ingress_id=ingress.ingress_id, participant_name="Stage")
    answer = livekit("ingress.update_ingress", change)
    assert answer.state.status == STATES.ENDPOINT_PUBLISHING, "as it was when it was asked"
    becomes(ingress.ingress_id, "INACTIVE")
    (call,) = standin.session(ingress.ingress_id).received
    assert (call.name, call.request) == ("update_ingress", change)

    standin.publish(ingress.stream_key)
    becomes(ingress.ingress_id, "PUBLISHING")


def test_a_disabled_ingress_turns_streams_away(
    make_ingress: Make, becomes: Becomes, standin: Standin
) -> None:
    ingress = make_ingress(enabled=False)
    with pytest.raises(StandinError, match="session is disabled"):
        standin.publish(ingress.stream_key)
    failed = becomes(ingress.ingress_id, "ERROR")
    assert failed.error == "session is disabled"
    assert (failed.ended_at, bool(failed.started_at)) == (0, True)


def test_a_worker_without_cpu_turns_streams_away(
    make_ingress: Make, becomes: Becomes, standin: Standin
) -> None:
    ingress = make_ingress()
    full = Fault("resource_exhausted", "server capacity exceeded")
    standin.plan_stream(ingress.stream_key, refuse=full)
    with pytest.raises(StandinError, match=full.error):
        standin.publish(ingress.stream_key)
    failed = becomes(ingress.ingress_id, "ERROR")
    assert (failed.error, failed.ended_at) == (full.error, 0)


def test_deleted_while_it_publishes(
    becomes: Becomes, standin: Standin, livekit: Callable[..., Any], room: str
) -> None:
    request = api.CreateIngressRequest(
        input_type=api.IngressInput.RTMP_INPUT, room_name=room, participant_identity="obs"
    )
    ingress = livekit("ingress.create_ingress", request)
    standin.publish(ingress.stream_key)
    becomes(ingress.ingress_id, "PUBLISHING")
    delete = api.DeleteIngressRequest(ingress_id=ingress.ingress_id)
    livekit("ingress.delete_ingress", delete)
    assert not standin.session(ingress.ingress_id).running
    with pytest.raises(api.TwirpError, match="ingress does not exist"):
        livekit("ingress.delete_ingress", delete)
    with pytest.raises(StandinError, match="ingress does not exist"):
        standin.publish(ingress.stream_key)


def test_a_stream_ends_with_its_room(
    make_ingress: Make, becomes: Becomes, standin: Standin, livekit: Callable[..., Any], room: str
) -> None:
    ingress = make_ingress()
    standin.publish(ingress.stream_key)
    becomes(ingress.ingress_id, "PUBLISHING")
    livekit("room.delete_room", api.DeleteRoomRequest(room=room))
    assert becomes(ingress.ingress_id, "ERROR").error == "room disconnected"


def test_an_address_is_pulled_from_at_once_and_but_once(
    make_ingress: Make, becomes: Becomes, standin: Standin, livekit: Callable[..., Any]
) -> None:
    ingress = make_ingress("URL", url="https://media.example/film.mp4")
    assert (ingress.stream_key, ingress.reusable) == ("", False)
    assert ingress.state.status == STATES.ENDPOINT_BUFFERING
    becomes(ingress.ingress_id, "PUBLISHING")
    change = api.UpdateIngressRequest(ingress_id=ingress.ingress_id, name="other")
    with pytest.raises(api.TwirpError, match="not reusable and cannot be modified"):
        livekit("ingress.update_ingress", change)
    standin.end_stream(ingress.ingress_id)
    becomes(ingress.ingress_id, "COMPLETE")


def test_a_pull_can_be_refused(make_ingress: Make, standin: Standin, room: str) -> None:
    address = f"https://media.example/{room}"
    standin.plan_stream(address, refuse=Fault("resource_exhausted", "server capacity exceeded"))
    with pytest.raises(api.TwirpError, match="server capacity exceeded") as caught:
        make_ingress("URL", url=address)
    assert caught.value.code == "resource_exhausted"


def test_a_stream_that_never_was_is_an_error(standin: Standin) -> None:
    with pytest.raises(StandinError, match="no such session"):
        standin.session("IN_never")
