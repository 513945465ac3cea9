"""What holds for every list: a name that was pasted with blanks around it is found."""

from urllib.parse import quote

import pytest
from livekit import api

from app.text.paths import room_path
from tests.routes.asked import Ask
from tests.support.visitor import Visitor


@pytest.fixture
def room(livekit: Ask, make_room: Ask, make_ingress: Ask) -> str:
    """A room that an egress job, an ingress, a dispatch, a trunk and a rule name."""
    name: str = make_room()
    request = api.RoomCompositeEgressRequest(
        room_name=name, file_outputs=[api.EncodedFileOutput(filepath="a.mp4")]
    )
    livekit("egress.start_room_composite_egress", request)
    make_ingress(room_name=name)
    dispatch = api.CreateAgentDispatchRequest(room=name, agent_name="nobody-here")
    livekit("agent_dispatch.create_dispatch", dispatch)
    return name


@pytest.mark.parametrize("path", ["/rooms", "/egress", "/ingress", "/agents"])
def test_a_pasted_name_is_found_in_spite_of_blanks_and_case(
    admin: Visitor, room: str, path: str
) -> None:
    for typed in (room, f"  {room.upper()}\n"):
        page = admin.get(f"{path}?q={quote(typed)}&room={room}")
        assert page.status == 200
        assert page.all("a", href=room_path(room)), (path, typed)
    assert not admin.get(f"{path}?q={room}x").all("a", href=room_path(room))
