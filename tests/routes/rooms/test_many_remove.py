"""Removing several: /rooms/{room}/participants/-/remove, which shows who first."""

from collections.abc import Callable

import pytest

from app.services.rooms.participants import MARK
from app.text.formatters import visible
from tests.routes.asked import ODD, Ask, people
from tests.routes.conftest import Join
from tests.routes.filled import filled, marked
from tests.routes.rooms.many import chosen, confirm, named, path
from tests.support.visitor import Visitor
from tests.support.waiting import until


def test_the_number_must_be_typed(admin: Visitor, room: str, join: Join, livekit: Ask) -> None:
    join(room, "ada")
    remove = path(room, "remove")
    page = admin.send(remove, filled(admin.post(remove, **chosen(["ada"]))))
    assert page.status == 422
    assert marked(page) == ["typed"]
    assert [*people(livekit, room)] == ["ada"]


def test_those_shown_are_removed_and_publishers_are_named_first(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    for who in ("anna", "guest 10", "guest 2", "stays"):
        join(room, who)
    join(room, "zoe", audio=True)
    join(room, "helper", kind="agent")
    remove = path(room, "remove")
    page = admin.post(remove, **chosen(["anna", "guest 10", "guest 2", "zoe", "helper"]))
    assert "Remove 5 participants?" in page.text
    assert named(page) == ["zoe", "anna", "guest 2", "guest 10", "helper"]
    assert "1 of them publishes." in page.text
    assert "zoe microphone" in page.text
    assert "publishes nothing agent" in page.text
    assert len(people(livekit, room)) == 6
    done = confirm(admin, page, remove)
    assert "5 of 5 participants removed" in done.text
    until(lambda: [*people(livekit, room)] == ["stays"])


def test_who_left_or_joined_meanwhile_is_asked_again(
    admin: Visitor, livekit: Ask, room: str, join: Join
) -> None:
    ada, _ = join(room, "ada"), join(room, "bob")
    page = admin.post(path(room, "remove"), scope="matching")
    assert named(page) == ["ada", "bob"]
    ada.leave()
    until(lambda: [*people(livekit, room)] == ["bob"])
    join(room, "cyd")
    again = confirm(admin, page, path(room, "remove"))
    assert again.status == 409
    assert named(again) == ["bob", "cyd"]
    assert len(people(livekit, room)) == 2
    gone = admin.post(path(room, "remove"), **chosen(["ada"]))
    assert "Nobody who was selected is in the room." in gone.text


def test_observers_of_the_dashboard_are_not_among_all(
    admin: Visitor, room: str, join: Join
) -> None:
    join(room, "ada")
    join(room, "watching", hidden=True, attributes={MARK: "admin"})
    assert named(admin.post(path(room, "remove"), scope="matching")) == ["ada"]
    assert named(admin.post(path(room, "remove"), **chosen(["watching"]))) == ["watching"]


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names(admin: Visitor, livekit: Ask, room: str, join: Join, odd: str) -> None:
    join(room, odd, name=f"<b>{odd[:60]}")
    page = admin.post(path(room, "remove"), **chosen([odd]))
    assert visible(f"<b>{odd[:60]}") in page.text
    assert "<b>" + odd[:20] not in page.html
    assert "1 of 1 participant removed" in confirm(admin, page, path(room, "remove")).text
    until(lambda: not people(livekit, room))


def test_refuses_what_it_must(
    guarded: Callable[..., None], livekit: Ask, room: str, join: Join
) -> None:
    join(room, "ada")
    guarded(path(room, "remove"), who="ada")
    assert [*people(livekit, room)] == ["ada"]
