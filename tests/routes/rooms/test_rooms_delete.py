"""Deleting many rooms: /rooms/-/delete, which shows first and deletes once that is confirmed."""

from collections.abc import Callable
from typing import Any

import pytest
from livekit import api

from app.inputs.fields import as_typed
from tests.routes.asked import ODD, Ask, opened
from tests.routes.conftest import Busy, Join, Shelf
from tests.routes.filled import confirmed, filled
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

PATH = "/rooms/-/delete"


def confirm(admin: Visitor, page: Seen) -> Seen:
    """Press the button of the page that asked."""
    assert page.status in {200, 409}, page.text
    return admin.send(PATH, confirmed(page))


def left(livekit: Ask, names: list[str]) -> list[str]:
    """Return those of `names` that are still open."""
    return [name for name in names if opened(livekit, name)]


def test_the_selected_are_shown_and_then_deleted(
    admin: Visitor, make_room: Ask, livekit: Ask
) -> None:
    names = [make_room() for _ in range(4)]
    page = admin.post(PATH, scope="selected", room=names[:3])
    assert "Delete 3 rooms?" in page.text
    assert all(name in page.text for name in names[:3])
    assert names[3] not in page.text
    assert left(livekit, names) == names, "nothing is deleted before it is confirmed"
    done = confirm(admin, page)
    assert "3 of 3 rooms deleted" in done.text
    assert all(f"{name} deleted" in done.text for name in names[:3])
    assert left(livekit, names) == names[3:]


def test_one_ticked_twice_is_one(admin: Visitor, livekit: Ask, room: str) -> None:
    page = admin.post(PATH, room=[room, room])
    assert "Delete 1 room?" in page.text
    assert "1 of 1 room deleted" in confirm(admin, page).text
    assert opened(livekit, room) is None


def test_all_that_match_are_counted_first(
    admin: Visitor, shelf: Shelf, busy: Busy, livekit: Ask
) -> None:
    part, rooms = shelf
    page = admin.post(PATH, scope="matching", q=part.upper(), people="empty")
    assert "Delete 4 rooms?" in page.text
    assert "that have no participants" in page.text
    assert busy.full not in page.text
    everything = admin.post(PATH, scope="matching", q=part)
    assert "Delete 6 rooms?" in everything.text
    assert "for 3 participants" in everything.text
    assert "2 rooms are occupied." in everything.text
    assert "4 empty rooms" in everything.text
    names = [row["title"] for row in everything.all("bdi", class_="name")]
    assert names[:2] == [busy.full, busy.some], "those that somebody would miss come first"
    assert names[2:] == sorted(names[2:])
    done = confirm(admin, page)
    assert "4 of 4 rooms deleted" in done.text
    assert set(left(livekit, [room.name for room in rooms])) == {busy.full, busy.some}


def test_all_full_rooms(
    admin: Visitor, make_room: Ask, livekit: Ask, room: str, join: Join
) -> None:
    full = make_room(f"{room} full", max_participants=1)
    join(full, "ada")
    until(lambda: opened(livekit, full).num_participants)
    page = admin.post(PATH, scope="matching", q=room, people="full")
    assert page.status == 200
    assert "Delete 1 room?" in page.text
    assert "that are full." in page.text
    assert "1 of 1 room deleted" in confirm(admin, page).text
    assert left(livekit, [room, full]) == [room]


def test_what_changed_in_between_is_asked_again(
    admin: Visitor, make_room: Ask, livekit: Ask
) -> None:
    first, second = make_room("change-in-between-1"), make_room("change-in-between-2")
    page = admin.post(PATH, scope="matching", q="change-in-between")
    assert "Delete 2 rooms?" in page.text
    third = make_room("change-in-between-3")
    again = confirm(admin, page)
    assert again.status == 409
    assert "The rooms have changed since this was shown. Nothing was done" in again.text
    assert "Delete 3 rooms?" in again.text
    assert left(livekit, [first, second, third]) == [first, second, third]
    assert "3 of 3 rooms deleted" in confirm(admin, again).text
    assert left(livekit, [first, second, third]) == []


def test_a_room_opened_again_under_its_name_is_another_room(
    admin: Visitor, make_room: Ask, livekit: Ask, room: str
) -> None:
    page = admin.post(PATH, room=room)
    assert admin.post(f"/rooms/{room}/delete").status == 303
    make_room(room)
    assert confirm(admin, page).status == 409
    assert opened(livekit, room)


def test_one_that_is_gone_already_is_no_longer_counted(
    admin: Visitor, make_room: Ask, livekit: Ask
) -> None:
    gone, there = make_room(), make_room()
    page = admin.post(PATH, room=[gone, there])
    livekit("room.delete_room", api.DeleteRoomRequest(room=gone))
    again = confirm(admin, page)
    assert again.status == 409
    assert "Delete 1 room?" in again.text
    assert gone not in again.text
    assert "1 of 1 room deleted" in confirm(admin, again).text
    assert opened(livekit, there) is None


def test_a_second_click_deletes_nothing_more(admin: Visitor, make_room: Ask) -> None:
    page = admin.post(PATH, room=[make_room(), make_room()])
    assert confirm(admin, page).status == 200
    again = confirm(admin, page)
    assert again.status == 409
    assert "Nothing to delete" in again.text
    assert not [form for form in again.all("form") if form.get("action") == PATH]


@pytest.mark.parametrize("room", ["-", "~?", "~/w"])
def test_a_tick_that_no_page_of_ours_has_is_no_room(admin: Visitor, room: str) -> None:
    assert admin.post(PATH, room=room).status == 404


@pytest.mark.parametrize("fields", [{}, {"scope": "selected"}, {"room": "no such room"}])
def test_none_selected_is_said_so(admin: Visitor, room: str, fields: dict[str, str]) -> None:
    page = admin.post(PATH, **fields)
    assert page.status == 200
    assert "Nothing to delete" in page.text
    assert room not in page.text


def test_nothing_that_matches_is_said_so(admin: Visitor, room: str) -> None:
    page = admin.post(PATH, scope="matching", q="no room has this in its name")
    assert "Nothing to delete" in page.text
    assert "No open rooms match" in page.text


def test_needs_the_confirmation_of_just_these(admin: Visitor, make_room: Ask, livekit: Ask) -> None:
    one, other = make_room(), make_room()
    seen = filled(admin.post(PATH, room=one))["seen"]
    for guess in ("1", "yes", seen[:-1], seen):
        page = admin.post(PATH, room=other, seen=guess)
        assert page.status == 409
    assert left(livekit, [one, other]) == [one, other]


@pytest.mark.parametrize(("field", "value"), [("scope", "everything"), ("people", "many")])
def test_wrong_values_are_422(
    admin: Visitor, livekit: Ask, room: str, field: str, value: str
) -> None:
    page = admin.post(PATH, **{"room": room, field: value})
    assert page.status == 422
    assert f"{field}: Choose one of" in page.text
    assert room in page.html
    assert opened(livekit, room)


def test_odd_names(admin: Visitor, make_room: Ask, livekit: Ask) -> None:
    names = [make_room(odd) for odd in ODD.values()]
    page = admin.post(PATH, room=names)
    assert f"Delete {len(names)} rooms?" in page.text
    assert "<script>alert" not in page.html
    done = confirm(admin, page)
    assert f"{len(names)} of {len(names)} rooms deleted" in done.text
    assert left(livekit, names) == []


def test_one_is_ticked_by_what_a_browser_sends_as_it_is(
    admin: Visitor, make_room: Ask, livekit: Ask
) -> None:
    """Of a form's value it changes NUL, and each single carriage return or line feed."""
    names = [make_room(f"ticked{odd}twice") for odd in ("\0", "\r", "\n", "\r\n", "\ufffd")]
    page = admin.get("/rooms?q=ticked")
    ticks = [box["value"] for box in page.all("input", name="room")]
    assert [as_typed(tick, lines=False) for tick in ticks] == ticks
    assert all(tick.isascii() for tick in ticks)
    done = confirm(admin, admin.post(PATH, room=ticks))
    assert "5 of 5 rooms deleted" in done.text
    assert left(livekit, names) == []


def test_more_than_are_listed_are_said(admin: Visitor, make_room: Callable[..., Any]) -> None:
    names = [make_room(f"many-{number:03}") for number in range(203)]
    page = admin.post(PATH, scope="matching", q="many-")
    assert "Delete 203 rooms?" in page.text
    assert "and 3 more." in page.text
    assert "203 of 203 rooms deleted" in confirm(admin, page).text
    assert len(names) == 203


def test_refuses_what_it_must(guarded: Callable[..., None], livekit: Ask, room: str) -> None:
    guarded(PATH, room=room, scope="selected")
    assert opened(livekit, room)
