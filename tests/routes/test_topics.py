"""The topics of pages: what has to change for a page to refresh immediately."""

import json

import pytest

from app.text.paths import participant_path, room_path
from tests.routes.conftest import Busy
from tests.support.visitor import Visitor


def topics(admin: Visitor, path: str) -> list[str]:
    """Return the topics that the live block of a page declares."""
    (live,) = admin.get(path).all("div", id="live")
    declared: list[str] = json.loads(live.get("data-topics", "[]"))
    return declared


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", ["agents", "calls", "egress", "ingress", "participants", "rooms"]),
        ("/rooms", ["rooms"]),
        ("/participants", ["participants", "rooms"]),
        ("/egress", ["egress"]),
        ("/ingress", ["ingress"]),
        ("/agents", ["agents"]),
        ("/sip/calls", ["calls"]),
        ("/sip/trunks", []),  # LiveKit sends no webhook about them
        ("/settings", []),
    ],
)
def test_lists_declare_their_topics(admin: Visitor, path: str, expected: list[str]) -> None:
    assert topics(admin, path) == expected


def test_a_room_and_its_people_declare_the_room(admin: Visitor, busy: Busy) -> None:
    expected = [f"room:{busy.full}"]
    assert topics(admin, room_path(busy.full)) == expected
    assert topics(admin, participant_path(busy.full, "ada")) == expected


def test_a_hostile_name_stays_one_topic(admin: Visitor, room: str) -> None:
    name = f'"><b> ", {room}'
    assert admin.post("/rooms/-/new", name=name).status == 303
    try:
        assert topics(admin, room_path(name)) == [f"room:{name}"]
    finally:
        admin.post(room_path(name, "delete"))
