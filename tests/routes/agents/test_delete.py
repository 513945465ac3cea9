"""Taking a dispatch back: /agents/{room}/{dispatch}/delete."""

from collections.abc import Callable

from livekit import api

from app.text.paths import dispatch_path
from tests.routes.asked import Ask, people
from tests.support.visitor import Visitor
from tests.support.waiting import until


def dispatch(livekit: Ask, room: str, name: str) -> str:
    """Dispatch an agent by LiveKit itself, and give the path of its end."""
    request = api.CreateAgentDispatchRequest(room=room, agent_name=name)
    made = livekit("agent_dispatch.create_dispatch", request)
    return dispatch_path(room, made.id, "delete")


def left(livekit: Ask, room: str) -> int:
    """Return how many dispatches with a name the room has."""
    return sum(bool(d.agent_name) for d in livekit("agent_dispatch.list_dispatch", room))


def test_its_agent_is_named_and_leaves(
    admin: Visitor, livekit: Ask, room: str, agent_name: str
) -> None:
    path = dispatch(livekit, room, agent_name)
    until(lambda: people(livekit, room), seconds=60)
    until(lambda: "1 agent leaves the room: Helper" in admin.get(path).text, seconds=60)
    page = admin.follow(admin.post(path))
    assert "was deleted." in page.text
    assert left(livekit, room) == 0
    until(lambda: not people(livekit, room), seconds=60)


def test_a_second_click_says_that_it_is_gone(admin: Visitor, livekit: Ask, room: str) -> None:
    path = dispatch(livekit, room, "nobody")
    asked = admin.get(path)
    assert "None of its agents are in the room." in asked.text
    assert f"lk dispatch delete {room} AD_" in asked.text
    assert admin.post(path).status == 303
    again = admin.post(path)
    assert again.status == 404
    assert "has no dispatch" in again.text


def test_a_room_that_closed_meanwhile_is_told_at_once(
    admin: Visitor, livekit: Ask, make_room: Callable[..., str]
) -> None:
    room = make_room()
    path = dispatch(livekit, room, "nobody")
    livekit("room.delete_room", api.DeleteRoomRequest(room=room))
    page = admin.post(path)
    assert page.status == 404
    assert "is not open" in page.text
    assert "DeleteDispatch" not in page.calls


def test_refuses_who_may_not(guarded: Callable[..., None], livekit: Ask, room: str) -> None:
    path = dispatch(livekit, room, "kept")
    guarded(path)
    assert left(livekit, room) == 1
