"""Muting one track: /rooms/{room}/participants/{identity}/mute."""

import time
from collections.abc import Callable

import pytest

from app.text.paths import participant_path, room_path
from tests.routes.asked import Ask, muted
from tests.routes.conftest import Join
from tests.support.visitor import Visitor
from tests.support.waiting import until


def test_mutes_that_track_only_and_the_client_obeys(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    ada, bob = join(room, "ada", audio=True, screen=True), join(room, "bob", audio=True)
    answer = admin.post(participant_path(room, "ada", "mute"), track=ada.track_sids["microphone"])
    assert answer.location == room_path(room)
    assert "ada: microphone was muted." in admin.follow(answer).text
    until(lambda: ada.muted == {"microphone": True, "screen_share": False})
    assert bob.muted == {"microphone": False}
    assert sorted(muted(livekit, room, "ada")) == [False, True]


def test_the_page_has_the_button_for_it(admin: Visitor, room: str, join: Join) -> None:
    ada = join(room, "ada", audio=True)
    path, sid = participant_path(room, "ada"), ada.track_sids["microphone"]
    expanded = f"{room_path(room)}?open={ada.sid}"
    (button,) = admin.get(expanded).all("button", name="track", value=sid)
    assert button["formaction"] == f"{path}/mute"
    assert button["form"] == "act"
    admin.post(button["formaction"], track=button["value"])
    (button,) = admin.get(expanded).all("button", name="track", value=sid)
    assert button["formaction"] == f"{path}/unmute"


def test_a_second_click_changes_nothing(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    ada = join(room, "ada", audio=True)
    for _ in range(2):
        sid = ada.track_sids["microphone"]
        assert admin.post(participant_path(room, "ada", "mute"), track=sid).status == 303
        assert muted(livekit, room, "ada") == [True]


@pytest.mark.parametrize("action", ["mute", "unmute"])
def test_a_track_that_is_gone_is_said_so(
    admin: Visitor, livekit: Ask, room: str, join: Join, action: str
) -> None:
    ada = join(room, "ada", name="Ada", audio=True)
    bob = join(room, "bob", audio=True)
    for sid in ("TR_nothing", "", "../..", bob.track_sids["microphone"]):
        page = admin.post(participant_path(room, "ada", action), track=sid)
        assert page.status == (404 if sid else 422)
        assert (
            "Ada isn't publishing this track" if sid else "This field is required."
        ) in page.text
        assert "MutePublishedTrack" not in page.calls
    assert muted(livekit, room, "ada") == muted(livekit, room, "bob") == [False]
    assert ada.connected


@pytest.mark.alone
@pytest.mark.parametrize("action", ["mute", "unmute", "mute-all"])
def test_who_is_gone_is_said_so_at_once(admin: Visitor, room: str, action: str) -> None:
    token = admin.token()
    for where in (room, "a room that ended"):
        began = time.monotonic()
        page = admin.post(participant_path(where, "nobody", action), track="TR_x", csrf=token)
        assert page.status == 404
        assert "Not found" in page.text
        assert page.calls == ["GetParticipant"]  # LiveKit would answer a mute only after 3 s
        assert time.monotonic() - began < 2.5


def test_refuses_what_it_must(
    guarded: Callable[..., None], livekit: Ask, room: str, join: Join
) -> None:
    ada = join(room, "ada", audio=True)
    guarded(participant_path(room, "ada", "mute"), form=False, track=ada.track_sids["microphone"])
    assert muted(livekit, room, "ada") == [False]
