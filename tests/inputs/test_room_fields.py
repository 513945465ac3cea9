"""Forms that promise every field of a LiveKit message keep up with livekit-api."""

from dataclasses import fields
from typing import Any

from livekit import api

from app.inputs.agents import CreateDispatch
from app.inputs.fields import Input
from app.inputs.rooms.rooms import CreateRoom, RoomOptions
from app.inputs.tokens import MakeToken
from app.services.agents.states import RestartPolicy
from app.services.rooms import new_room
from app.services.rooms.new_agents import NewAgent

AGENT = NewAgent(
    agent_name="helper",
    metadata="m",
    restart_policy=RestartPolicy.NEVER,
    deployment="v2",
    attributes={"k": "v"},
)
OPTIONS: dict[str, Any] = {
    **{"empty_timeout": 1, "departure_timeout": 2, "max_participants": 3, "metadata": "m"},
    **{"min_playout_delay": 4, "max_playout_delay": 5, "sync_streams": True, "agents": (AGENT,)},
    **{"egress": '{"tracks": {"filepath": "x"}}', "tags": {"team": "support"}},
}
ROOM: dict[str, Any] = {"name": "r", "node_id": "n", "room_preset": "p", "replay_enabled": True}


def known(message: Any) -> set[str]:
    """Return the fields that livekit-api has for a message."""
    return {field.name for field in message.DESCRIPTOR.fields}


def said(message: Any) -> set[str]:
    """Return the fields that are set in a message."""
    return {field.name for field, _ in message.ListFields()}


def offered(form: type[Input], *others: str) -> set[str]:
    """Return the fields of a form, but for `others`."""
    return form.model_fields.keys() - set(others)


def test_a_new_room_says_every_field_of_its_request() -> None:
    request = new_room._request(new_room.NewRoom(**ROOM, **OPTIONS))
    assert said(request) == known(api.CreateRoomRequest)
    assert offered(CreateRoom) == known(api.CreateRoomRequest)
    assert (dict(request.tags), request.replay_enabled) == ({"team": "support"}, True)


def test_the_room_of_a_token_says_every_field_of_its_configuration() -> None:
    config = api.RoomConfiguration(**new_room.RoomOptions(**OPTIONS).fields())
    # the name is that of a preset in LiveKit's file; of a token's it is not read (service/utils.go)
    assert said(config) == known(api.RoomConfiguration) - {"name"}
    asked = offered(RoomOptions, "room_preset")
    assert {*asked, "metadata"} == said(config)
    assert {*asked, "room_metadata"} <= MakeToken.model_fields.keys()


def test_an_agent_says_every_field_of_both_its_messages() -> None:
    assert said(api.RoomAgentDispatch(**AGENT.fields())) == known(api.RoomAgentDispatch)
    request = api.CreateAgentDispatchRequest(room="r", **AGENT.fields())
    assert said(request) == known(api.CreateAgentDispatchRequest)
    assert offered(CreateDispatch) == known(api.CreateAgentDispatchRequest)
    assert {field.name for field in fields(NewAgent)} == known(api.RoomAgentDispatch)
