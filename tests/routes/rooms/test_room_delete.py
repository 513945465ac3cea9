"""Deleting one room: /rooms/{room}/delete."""

from collections.abc import Callable

import pytest

from app.text.formatters import visible
from app.text.paths import room_path
from tests.routes.asked import ODD, Ask, opened
from tests.routes.conftest import Busy, Join, Start
from tests.routes.filled import filled
from tests.support.fault import Relay
from tests.support.visitor import Visitor
from tests.support.waiting import until


def test_asks_first_and_names_what_ends(admin: Visitor, livekit: Ask, busy: Busy) -> None:
    page = admin.get(room_path(busy.full, "delete"))
    assert page.status == 200
    assert busy.full in page.text
    assert "2 participants" in page.text
    assert "1 publishes" in page.text
    assert page.all("form", method="post", action=room_path(busy.full, "delete"))
    assert opened(livekit, busy.full).num_participants == 2


def test_deletes_the_room_and_disconnects_everybody(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    ada = join(room, "ada")
    answer = admin.post(room_path(room, "delete"))
    assert answer.location == "/rooms"
    assert f"Room {room} was deleted." in admin.follow(answer).text
    assert opened(livekit, room) is None
    until(lambda: not ada.connected)
    assert ada.disconnect_reason == "ROOM_DELETED"


def test_a_second_click_says_that_it_is_gone(admin: Visitor, room: str) -> None:
    assert admin.post(room_path(room, "delete")).status == 303
    again = admin.post(room_path(room, "delete"))
    assert again.status == 404
    assert "Not found" in again.text
    assert admin.get(room_path(room, "delete")).status == 404


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names(admin: Visitor, make_room: Ask, livekit: Ask, odd: str) -> None:
    make_room(odd)
    page = admin.get(room_path(odd, "delete"))
    assert visible(odd) in page.text
    assert "<script>alert" not in page.html
    assert (
        f"Room {visible(odd)} was deleted."
        in admin.follow(admin.post(room_path(odd, "delete"))).text
    )
    assert opened(livekit, odd) is None


def test_refuses_what_it_must(guarded: Callable[..., None], livekit: Ask, room: str) -> None:
    guarded(room_path(room, "delete"))
    assert opened(livekit, room)


def test_a_room_that_closes_meanwhile_has_ended(
    start_dashboard: Start, relay: Relay, make_room: Ask, livekit: Ask
) -> None:
    visitor = start_dashboard(livekit_url=relay.url).visitor()
    one, *many = (make_room() for _ in range(3))
    relay.mode = "closing"
    ended = visitor.post(room_path(one, "delete"))
    assert ended.status == 404
    assert f"The room {one} had already closed." in ended.text
    asked = visitor.post("/rooms/-/delete", room=many)
    done = visitor.send("/rooms/-/delete", filled(asked) | {"room": many})
    assert done.text.count("was gone already") == 2
    assert not opened(livekit, one)
