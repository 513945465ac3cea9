"""Data for several: /rooms/{room}/participants/-/send."""

from collections.abc import Callable

from tests.routes.conftest import Join
from tests.routes.filled import marked
from tests.routes.rooms.many import chosen, confirm, named, path
from tests.support.visitor import Visitor
from tests.support.waiting import until


def test_each_of_the_chosen_gets_it_once(admin: Visitor, room: str, join: Join) -> None:
    ada, bob, cyd = (join(room, who) for who in ("ada", "bob", "cyd"))
    send = path(room, "send")
    page = admin.post(send, **chosen(["bob", "ada"]))
    assert "Send data to 2 participants" in page.text
    assert named(page) == ["ada", "bob"]
    wrong = confirm(admin, page, send)
    assert (wrong.status, marked(wrong)) == (422, ["payload"])
    assert named(wrong) == ["ada", "bob"]
    done = confirm(admin, wrong, send, payload="<hello> é", topic="chat")
    assert "2 of 2 participants sent data" in done.text
    until(lambda: ada.received and bob.received)
    assert ada.received == bob.received == [("chat", "<hello> é".encode())]
    assert not cyd.received


def test_all_that_match_are_those_shown(admin: Visitor, room: str, join: Join) -> None:
    one, two = (join(room, f"guest {number}") for number in (1, 2))
    page = admin.post(path(room, "send"), scope="matching", q="guest")
    assert named(page) == ["guest 1", "guest 2"]
    late = join(room, "guest 3")  # not named by the form, so it gets nothing
    confirm(admin, page, path(room, "send"), payload="x")
    until(lambda: one.received and two.received)
    assert not late.received


def test_who_is_gone_is_said(admin: Visitor, room: str, join: Join) -> None:
    join(room, "ada")
    gone = admin.post(path(room, "send"), **chosen(["nobody"]))
    assert "Nobody who was selected is in the room." in gone.text


def test_refuses_what_it_must(guarded: Callable[..., None], room: str, join: Join) -> None:
    ada = join(room, "ada")
    guarded(path(room, "send"), who="ada", asked="1", payload="x")
    assert not ada.received
