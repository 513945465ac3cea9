"""Asking for an agent in a room: /agents/-/dispatch."""

import json
import secrets
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from livekit import api

from app.text.formatters import visible
from app.text.paths import dispatch_path
from dev.stack import Stack
from tests.routes.asked import ODD, Ask, opened, people
from tests.routes.conftest import Start
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

NEW = "/agents/-/dispatch"


def made(livekit: Ask, room: str) -> list[Any]:
    """Return the dispatches of a room but the one that LiveKit makes for each."""
    return [d for d in livekit("agent_dispatch.list_dispatch", room) if d.agent_name]


def test_an_agent_comes(admin: Visitor, livekit: Ask, room: str, agent_name: str) -> None:
    answer = admin.post(NEW, agent_name=agent_name, room=room, metadata="")
    (dispatch,) = made(livekit, room)
    assert answer.location == dispatch_path(room, dispatch.id)
    assert "LiveKit is offering the job to workers." in admin.follow(answer).text
    until(lambda: people(livekit, room), seconds=60)

    def shown() -> bool:
        page = admin.get(answer.location)
        return "running" in page.text and "Helper" in page.text

    until(shown, seconds=60)


def test_a_room_that_is_not_there_is_opened_and_that_is_said(
    admin: Visitor, livekit: Ask, make_room: Callable[..., str]
) -> None:
    room = f"new {secrets.token_hex(4)}"
    page = admin.follow(admin.post(NEW, agent_name="late", room=room, metadata='{"a": 1}'))
    assert f"The room {room} was opened." in page.text
    assert opened(livekit, room)
    make_room(room)  # to be deleted after the test
    (dispatch,) = made(livekit, room)
    assert (dispatch.agent_name, dispatch.metadata) == ("late", '{"a": 1}')


def test_what_few_need_arrives_and_is_shown(admin: Visitor, livekit: Ask, room: str) -> None:
    odd = "<script>alert('\u202e 🎥')</script>"
    fields = {"deployment": "ünder<b>", "restart_policy": "never"}
    fields |= {"attributes": json.dumps({odd: odd, "a": "b"})}
    page = admin.follow(admin.post(NEW, agent_name="helper", room=room, **fields))
    (dispatch,) = made(livekit, room)
    assert (dispatch.deployment, dispatch.restart_policy) == ("ünder<b>", 1)
    assert dict(dispatch.attributes) == {odd: odd, "a": "b"}
    assert "<script>alert" not in page.html
    for text in ("Deployment ünder<b>", "Restart policy never", "Attributes 2", visible(odd)):
        assert text in page.text
    (again,) = [a for a in page.all("a") if a.get("href", "").startswith(NEW)]
    form = admin.get(again["href"])
    assert form.all("input", name="deployment", value="ünder<b>")
    assert "ünder<b>" in admin.get(f"/agents?{urlencode({'room': room})}").text


def test_twice_makes_two(admin: Visitor, livekit: Ask, room: str) -> None:
    for _ in range(2):
        assert admin.post(NEW, agent_name="twice", room=room).status == 303
    assert len(made(livekit, room)) == 2


def test_without_a_name_it_is_for_workers_without_one(
    admin: Visitor, livekit: Ask, room: str
) -> None:
    page = admin.follow(admin.post(NEW, agent_name="", room=room))
    assert "any agent without a name was dispatched" in page.text
    assert len(livekit("agent_dispatch.list_dispatch", room)) == 2


@pytest.mark.parametrize(
    ("fields", "field", "why"),
    [
        ({"room": ""}, "room", "This field is required."),
        ({"room": "é" * 129}, "room", "256 bytes at most"),
        ({"metadata": "x" * 600_000}, "metadata", "metadata size exceeds limits"),
        ({"deployment": "v_2"}, "deployment", "LiveKit reserves _"),
        ({"deployment": "v 2"}, "deployment", "Remove spaces"),
        ({"deployment": "é" * 33}, "deployment", "at most 64 bytes"),
        ({"attributes": '{"a": 1}'}, "attributes", "must be text in quotes"),
        ({"attributes": "{" + f'"a": "{"x" * 66_000}"' + "}"}, "attributes", "attribute size"),
        ({"restart_policy": "often"}, "restart_policy", "Choose one of: on_failure, never."),
    ],
)
def test_wrong_fields_are_marked_and_kept(
    admin: Visitor, livekit: Ask, room: str, fields: dict[str, str], field: str, why: str
) -> None:
    page: Seen = admin.post(NEW, **({"agent_name": "kept", "room": room} | fields))
    assert page.status == 422
    marked = [tag for _, tag in page.tags if tag.get("name") == field]
    assert marked[0]["aria-invalid"] == "true"
    assert why in page.text
    assert page.all("input", name="agent_name", value="kept")
    assert made(livekit, room) == []


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names(admin: Visitor, livekit: Ask, make_room: Callable[..., str], odd: str) -> None:
    room = make_room(odd)
    page = admin.follow(admin.post(NEW, agent_name=odd, room=odd, metadata=odd))
    assert "<script>alert" not in page.html
    (dispatch,) = made(livekit, room)
    assert (dispatch.agent_name, dispatch.metadata) == (odd, odd)


def test_rooms_are_offered_and_the_address_fills_in(admin: Visitor, room: str) -> None:
    page = admin.get(f"{NEW}?room={room}&agent_name=again")
    assert page.all("input", name="room", value=room)
    assert page.all("input", name="agent_name", value="again")
    assert page.all("option", value=room)


def test_refuses_who_may_not(guarded: Callable[..., None], livekit: Ask, room: str) -> None:
    guarded(NEW, agent_name="refused", room=room)
    assert made(livekit, room) == []


@pytest.fixture(scope="module")
def strict() -> Iterator[Stack]:
    """A server that opens no room automatically."""
    with Stack(settings={"room": {"auto_create": False}}, redis=False) as running:
        yield running


def test_a_server_that_opens_no_rooms_says_so(strict: Stack, start_dashboard: Start) -> None:
    keys = {"livekit_api_key": strict.api_key, "livekit_api_secret": strict.api_secret}
    visitor = start_dashboard(livekit_url=strict.url, **keys).visitor()
    page = visitor.post(NEW, agent_name="a", room="missing")
    assert page.status == 404
    assert "room.auto_create" in page.text
    assert page.all("input", name="room", value="missing")
    assert "lk dispatch create --room missing --agent-name a" in page.text


def test_the_command_says_the_same(admin: Visitor, room: str) -> None:
    page = admin.get(f"{NEW}?room={room}&agent_name=helper")
    assert f"lk dispatch create --room {room} --agent-name helper" in page.text
    assert "lk dispatch create" not in admin.get(f"{NEW}?room={room}&deployment=v2").text


def test_the_sdk_s_own_answer_is_what_is_shown(admin: Visitor, livekit: Ask, room: str) -> None:
    request = api.CreateAgentDispatchRequest(room=room, agent_name="by hand", metadata="m")
    dispatch = livekit("agent_dispatch.create_dispatch", request)
    page = admin.get(dispatch_path(room, dispatch.id))
    assert dispatch.id in page.text
    assert "by hand" in page.text
