"""Asking a client to unmute a track: /rooms/{room}/participants/{identity}/unmute."""

from collections.abc import Callable, Iterator

import pytest

from app.text.paths import participant_path
from dev.participants import Crowd
from dev.stack import Stack
from tests.routes.asked import Ask, muted
from tests.routes.conftest import Join
from tests.support.visitor import Visitor
from tests.support.waiting import until


@pytest.fixture
def bare_crowd(bare_stack: Stack) -> Iterator[Crowd]:
    """Participants of the stack on which nobody may unmute others."""
    with Crowd(bare_stack.url, bare_stack.api_key, bare_stack.api_secret) as people:
        yield people


def test_the_client_is_asked_and_unmutes(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    ada = join(room, "ada", audio=True)
    path, sid = participant_path(room, "ada"), ada.track_sids["microphone"]
    admin.post(f"{path}/mute", track=sid)
    until(lambda: ada.muted == {"microphone": True})
    for _ in range(2):  # asking twice does no harm
        page = admin.follow(admin.post(f"{path}/unmute", track=sid))
        assert "ada: the client was asked to unmute its microphone." in page.text
        until(lambda: ada.muted == {"microphone": False})
        until(lambda: muted(livekit, room, "ada") == [False])


def test_where_the_server_does_not_allow_it_that_is_said(bare: Visitor, bare_crowd: Crowd) -> None:
    ada = bare_crowd.join("quiet", "ada", audio=True)
    path, sid = participant_path("quiet", "ada"), ada.track_sids["microphone"]
    assert bare.post(f"{path}/mute", track=sid).status == 303
    until(lambda: ada.muted == {"microphone": True})
    page = bare.post(f"{path}/unmute", track=sid)
    assert page.status == 409
    assert "only participants themselves can unmute their tracks" in page.text
    assert "room.enable_remote_unmute: true" in page.text
    assert ada.muted == {"microphone": True}


def test_refuses_what_it_must(
    guarded: Callable[..., None], admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    ada = join(room, "ada", audio=True)
    path, sid = participant_path(room, "ada"), ada.track_sids["microphone"]
    admin.post(f"{path}/mute", track=sid)
    guarded(f"{path}/unmute", form=False, track=sid)
    assert muted(livekit, room, "ada") == [True]
