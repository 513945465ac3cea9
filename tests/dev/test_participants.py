"""Participants of the local stack are real: the server has them, their tracks and their data."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import pytest
from livekit import api
from livekit.protocol.models import DataPacket, Encryption, ParticipantInfo, TrackInfo, TrackSource

from dev.participants import Crowd
from dev.stack import Stack

T = TypeVar("T")


@pytest.fixture(scope="module")
def small_stack() -> Iterator[Stack]:
    """A server without Redis: enough for rooms and participants."""
    with Stack(redis=False) as stack:
        yield stack


@pytest.fixture
def crowd(small_stack: Stack) -> Iterator[Crowd]:
    """Participants that leave at the end of the test."""
    with Crowd(small_stack.url, small_stack.api_key, small_stack.api_secret) as crowd:
        yield crowd


def asked(stack: Stack, ask: Callable[[api.LiveKitAPI], Awaitable[T]]) -> T:
    """Call the server's API."""

    async def once() -> T:
        async with api.LiveKitAPI(stack.url, stack.api_key, stack.api_secret) as livekit:
            return await ask(livekit)

    return asyncio.run(once())


def people(stack: Stack, room: str) -> dict[str, ParticipantInfo]:
    """The participants of a room, by identity."""
    request = api.ListParticipantsRequest(room=room)
    answer = asked(stack, lambda livekit: livekit.room.list_participants(request))
    return {person.identity: person for person in answer.participants}


def becomes(true: Callable[[], bool], patience: float = 5.0) -> bool:
    """Return whether a condition becomes true in time."""
    deadline = time.monotonic() + patience
    while not true() and time.monotonic() < deadline:
        time.sleep(0.05)
    return true()


def test_the_server_lists_what_a_participant_publishes(small_stack: Stack, crowd: Crowd) -> None:
    ada = crowd.join("studio", "ada", name="Ada", audio=True, video=True, screen=True)

    person = people(small_stack, "studio")["ada"]
    assert (person.name, person.sid) == ("Ada", ada.sid)
    sources = {TrackSource.Name(track.source).lower(): track.sid for track in person.tracks}
    assert sources == ada.track_sids
    assert set(sources) == {"microphone", "camera", "screen_share"}
    assert ada.muted == {"microphone": False, "camera": False, "screen_share": False}


def test_a_participant_can_be_a_phone_call(small_stack: Stack, crowd: Crowd) -> None:
    crowd.join("call", "sip_1", kind="sip", attributes={"sip.callStatus": "active"})

    person = people(small_stack, "call")["sip_1"]
    assert person.kind == ParticipantInfo.Kind.SIP
    assert dict(person.attributes) == {"sip.callStatus": "active"}


def test_tracks_can_be_encrypted_and_use_other_codecs(small_stack: Stack, crowd: Crowd) -> None:
    crowd.join("sealed", "bob", video=True, encrypted=True, codec="vp9", simulcast=False)

    (track,) = people(small_stack, "sealed")["bob"].tracks
    assert track.encryption == Encryption.Type.GCM
    assert track.mime_type.lower() == "video/vp9"


def test_data_from_the_server_is_received(small_stack: Stack, crowd: Crowd) -> None:
    ada = crowd.join("letters", "ada")
    request = api.SendDataRequest(
        room="letters", data=b"hello", topic="greeting", kind=DataPacket.RELIABLE
    )
    asked(small_stack, lambda livekit: livekit.room.send_data(request))
    assert becomes(lambda: ada.received == [("greeting", b"hello")])


def test_a_removed_participant_gets_the_reason(small_stack: Stack, crowd: Crowd) -> None:
    ada = crowd.join("door", "ada", audio=True)
    request = api.RoomParticipantIdentity(room="door", identity="ada")
    asked(small_stack, lambda livekit: livekit.room.remove_participant(request))
    assert becomes(lambda: not ada.connected)
    assert ada.disconnect_reason == "PARTICIPANT_REMOVED"


def test_a_participant_who_left_is_not_connected(small_stack: Stack, crowd: Crowd) -> None:
    ada = crowd.join("gate", "ada", audio=True)
    before = ada.connected
    ada.leave()
    assert (before, ada.connected) == (True, False)
    assert becomes(lambda: not people(small_stack, "gate"))


def test_a_muted_track_is_reported(small_stack: Stack, crowd: Crowd) -> None:
    ada = crowd.join("quiet", "ada", audio=True)
    request = api.MuteRoomTrackRequest(
        room="quiet", identity="ada", track_sid=ada.track_sids["microphone"], muted=True
    )
    asked(small_stack, lambda livekit: livekit.room.mute_published_track(request))
    assert becomes(lambda: ada.muted["microphone"])


def test_a_listener_receives_the_tracks_of_others(crowd: Crowd) -> None:
    ada = crowd.join("hall", "ada", audio=True)
    listener = crowd.join("hall", "listener", subscribe=True)
    assert becomes(lambda: listener.subscribed == set(ada.track_sids.values()))


def test_many_join_and_leave(small_stack: Stack, crowd: Crowd) -> None:
    names = {f"guest {number}" for number in range(12)}
    crowd.join_all("party", names)
    assert set(people(small_stack, "party")) == names
    crowd.leave_all()
    assert becomes(lambda: not people(small_stack, "party"))


def test_video_comes_in_layers(small_stack: Stack, crowd: Crowd) -> None:
    crowd.join("layers", "ada", video=True, video_size=(640, 360))
    (track,) = people(small_stack, "layers")["ada"].tracks
    assert isinstance(track, TrackInfo)
    assert (track.width, track.height) == (640, 360)
    assert len(track.layers) > 1
