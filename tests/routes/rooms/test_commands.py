"""The lk commands beside the forms and lists: of what is shown, or of what was entered."""

import json
from typing import Any

import pytest

from app.commands.lk import rooms as lk
from app.text.paths import participant_path, room_path
from tests.routes.asked import Ask
from tests.routes.conftest import Join
from tests.support.visitor import Seen, Visitor


def commands(page: Seen) -> list[str]:
    """Return the lk commands that a page offers to copy."""
    copied = [button.get("data-copy", "") for button in page.all("button")]
    return [text for text in copied if text.startswith(("lk ", "printf "))]


def test_of_the_list(admin: Visitor) -> None:
    assert commands(admin.get("/rooms")) == [lk.list_rooms()]


def test_of_a_rooms_page(admin: Visitor, reader: Visitor, room: str, join: Join) -> None:
    ada = join(room, "ada", audio=True)
    sid = ada.track_sids["microphone"]
    everybody = lk.list_participants(room=room)
    assert commands(admin.get(f"{room_path(room)}?tab=details")) == [everybody]
    expanded = f"{room_path(room)}?open={ada.sid}"
    shown = [lk.get_participant(room=room, identity="ada")]
    mute = lk.mute_track(room=room, identity="ada", track_sid=sid, muted=True)
    assert commands(admin.get(expanded)) == [*shown, mute]
    assert commands(reader.get(expanded)) == shown
    admin.post(participant_path(room, "ada", "mute"), track=sid)
    unmute = lk.mute_track(room=room, identity="ada", track_sid=sid, muted=False)
    assert commands(admin.get(expanded))[1:] == [unmute]


def test_of_a_new_room(admin: Visitor, room: str) -> None:
    path = "/rooms/-/new"
    assert commands(admin.get(path)) == [lk.create_room(name="NAME")]
    taken = {"name": room, "metadata": "m", "empty_timeout": "61", "agents": "helper x y"}
    expected = lk.create_room(name=room, metadata="m", empty_timeout=61, agents=[("helper", "x y")])
    page = admin.post(path, **taken)
    assert (page.status, commands(page)) == (409, [expected])


@pytest.mark.parametrize(
    "fields",
    [
        {"max_participants": "3"},
        {"agents": json.dumps([{"agent_name": "helper", "deployment": "v2"}])},
        {"tags": '{"a": "b"}'},
        {"empty_timeout": "soon"},
    ],
)
def test_of_a_new_room_that_lk_cannot_create(
    admin: Visitor, room: str, fields: dict[str, str]
) -> None:
    page = admin.post("/rooms/-/new", name=room, **fields)
    assert page.status in {409, 422}
    assert commands(page) == []


def test_of_a_rooms_forms(admin: Visitor, make_room: Ask) -> None:
    room = make_room(metadata="before")
    path = room_path(room, "edit")
    assert commands(admin.get(path)) == [lk.update_room_metadata(room=room, metadata="before")]
    page = admin.post(path, metadata="after", csrf="wrong")
    assert page.status == 403
    assert commands(page) == [lk.update_room_metadata(room=room, metadata="after")]
    assert commands(admin.get(room_path(room, "delete"))) == [lk.delete_room(room=room)]


@pytest.mark.parametrize("identity", ["", "ada"])
def test_of_data_to_send(admin: Visitor, room: str, join: Join, identity: str) -> None:
    join(room, "ada")
    path = participant_path(room, "ada", "send") if identity else room_path(room, "send")
    to = [identity] if identity else []
    example = [lk.send_data(room=room, data="TEXT", to=to)]
    assert commands(admin.get(path)) == example
    assert commands(admin.post(path, payload="")) == example
    entered = {"payload": "hello", "topic": "news", "csrf": "wrong"}
    expected = lk.send_data(room=room, data="hello", topic="news", to=to)
    assert commands(admin.post(path, **entered)) == [expected]
    assert commands(admin.post(path, **entered, delivery="lossy")) == []  # lk can't


def test_of_a_participants_forms(admin: Visitor, room: str, join: Join) -> None:
    join(room, "ada")
    who: dict[str, Any] = {"room": room, "identity": "ada"}
    remove = admin.get(participant_path(room, "ada", "remove"))
    assert commands(remove) == [lk.remove_participant(**who)]

    path = participant_path(room, "ada", "subscriptions")
    example = lk.update_subscriptions(**who, track_sids=["TRACK_SID"], subscribe=True)
    assert commands(admin.get(path)) == [example]
    page = admin.post(path, track=["TR_a", "TR_b"], what="unsubscribe", csrf="wrong")
    expected = lk.update_subscriptions(**who, track_sids=["TR_a", "TR_b"], subscribe=False)
    assert commands(page) == [expected]


def test_of_permissions(admin: Visitor, room: str, join: Join) -> None:
    join(room, "ada", grants={"can_publish": False})
    path = participant_path(room, "ada", "permissions")
    [current] = commands(admin.get(path))
    assert '"can_publish":false' in current
    entered = {"can_publish": "on", "can_publish_sources": ["camera"], "csrf": "wrong"}
    [command] = commands(admin.post(path, **entered))
    assert '"can_publish":true' in command
    assert '"can_publish_sources":[1]' in command


def test_of_a_source_that_lk_does_not_know(admin: Visitor, room: str, join: Join) -> None:
    join(room, "ada", grants={"can_publish_sources": ["telepathy"]})
    page = admin.get(participant_path(room, "ada", "permissions"))
    assert (page.status, commands(page)) == (200, [])
