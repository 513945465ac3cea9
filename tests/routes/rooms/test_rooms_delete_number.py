"""The confirmation that deletes many rooms: what is folded, and the number that is typed."""

import pytest

from tests.routes.asked import Ask, opened
from tests.routes.conftest import Busy, Join, Shelf
from tests.routes.filled import confirmed, filled, marked, reason
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

PATH = "/rooms/-/delete"


def folded(page: Seen) -> list[bool]:
    """Return for each group of folded items if it is open."""
    return ["open" in group for group in page.all("details", id="folded")]


def test_empty_rooms_are_folded_only_below_others(admin: Visitor, shelf: Shelf, busy: Busy) -> None:
    part, _ = shelf
    assert folded(admin.post(PATH, scope="matching", q=part)) == [False]
    assert folded(admin.post(PATH, scope="matching", q=part, people="empty")) == [True]
    assert folded(admin.post(PATH, scope="matching", q=part, people="any")) == []


@pytest.mark.parametrize("typed", ["", "1", "6.0", "six", "6 6", "3"])
def test_the_number_must_be_typed_where_somebody_is_disconnected(
    admin: Visitor, shelf: Shelf, busy: Busy, livekit: Ask, typed: str
) -> None:
    part, rooms = shelf
    names = [room.name for room in rooms]
    asks = admin.post(PATH, scope="matching", q=part)
    assert "Type 6, the number of rooms, to confirm" in asks.text
    assert not marked(asks)
    page = admin.send(PATH, filled(asks) | {"typed": typed})
    assert page.status == 422
    assert marked(page) == ["typed"]
    assert reason(page, "typed") == "Enter 6 to confirm."
    assert "Nothing was done." in page.text
    assert filled(page) == filled(asks) | {"typed": typed, "csrf": filled(page)["csrf"]}
    assert all(opened(livekit, name) for name in names)


def test_the_number_may_be_grouped(admin: Visitor, make_room: Ask, join: Join, room: str) -> None:
    join(room, "ada")
    until(lambda: "Type 1," in admin.post(PATH, room=room).text)
    fields = filled(admin.post(PATH, room=room))
    assert "1 of 1 room deleted" in admin.send(PATH, fields | {"typed": " ,1 "}).text


def test_no_number_is_typed_where_nobody_is_disconnected(admin: Visitor, room: str) -> None:
    page = admin.post(PATH, room=room)
    assert "typed" not in filled(page)
    assert "1 of 1 room deleted" in admin.send(PATH, filled(page)).text


def test_somebody_who_came_in_between_is_asked_about(
    admin: Visitor, room: str, join: Join, livekit: Ask
) -> None:
    page = admin.post(PATH, room=room)
    join(room, "ada")
    until(lambda: opened(livekit, room).num_participants)
    again = admin.send(PATH, filled(page))
    assert again.status == 409
    assert "The rooms have changed since this was shown. Nothing was done" in again.text
    assert "Type 1, the number of rooms, to confirm" in again.text
    assert opened(livekit, room)
    join(room, "joan")
    until(lambda: opened(livekit, room).num_participants == 2)
    assert "1 of 1 room deleted" in admin.send(PATH, confirmed(again)).text, "still the same rooms"
