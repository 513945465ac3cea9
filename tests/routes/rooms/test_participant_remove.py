"""Removing a participant: /rooms/{room}/participants/{identity}/remove."""

from collections.abc import Callable

from app.text.paths import participant_path, room_path
from tests.routes.asked import Ask, people
from tests.routes.conftest import Join
from tests.support.visitor import Visitor
from tests.support.waiting import until


def test_asks_first_and_names_who_and_what_ends(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    join(room, "ada", name="Ada L.", audio=True)
    page = admin.get(participant_path(room, "ada", "remove"))
    assert page.status == 200
    assert "Ada L. ada" in page.text
    assert "its 1 track" in page.text
    assert page.all("form", method="post", action=participant_path(room, "ada", "remove"))
    assert "ada" in people(livekit, room)


def test_disconnects_that_one_only(admin: Visitor, livekit: Ask, room: str, join: Join) -> None:
    ada, bob = join(room, "ada"), join(room, "bob")
    answer = admin.post(participant_path(room, "ada", "remove"))
    assert answer.location == room_path(room)
    page = admin.follow(answer)
    assert "ada was removed." in page.text
    assert ada.sid not in page.html
    until(lambda: not ada.connected)
    assert ada.disconnect_reason == "PARTICIPANT_REMOVED"
    assert bob.connected
    assert list(people(livekit, room)) == ["bob"]


def test_a_second_click_says_that_it_is_gone(admin: Visitor, room: str, join: Join) -> None:
    join(room, "ada")
    assert admin.post(participant_path(room, "ada", "remove")).status == 303
    again = admin.post(participant_path(room, "ada", "remove"))
    assert again.status == 404
    assert "Not found" in again.text
    assert admin.get(participant_path(room, "ada", "remove")).status == 404


def test_who_never_was_there_is_404(admin: Visitor, room: str) -> None:
    for where in (room, "a room that ended"):
        assert admin.post(participant_path(where, "nobody", "remove")).status == 404
        assert admin.get(participant_path(where, "nobody", "remove")).status == 404


def test_the_same_identity_can_come_back_and_be_removed_again(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    for _ in range(2):
        join(room, "ada")
        assert "ada" in people(livekit, room)
        assert admin.post(participant_path(room, "ada", "remove")).status == 303
        assert people(livekit, room) == {}


def test_refuses_what_it_must(
    guarded: Callable[..., None], livekit: Ask, room: str, join: Join
) -> None:
    ada = join(room, "ada")
    guarded(participant_path(room, "ada", "remove"))
    assert ada.connected
    assert "ada" in people(livekit, room)
