"""What the list of rooms shows: by text, metadata, tabs, recording and age."""

import pytest

from tests.routes import tabs
from tests.routes.conftest import Shelf
from tests.routes.rooms.test_rooms_list import address, listed, sids
from tests.support.visitor import Visitor


@pytest.mark.parametrize(
    ("people", "endings"),
    [("", ""), ("any", ("-full", "-some")), ("empty", ("-a", "-b", "-c", "-D"))],
)
def test_filters_by_name_and_people(
    admin: Visitor, shelf: Shelf, people: str, endings: str | tuple[str, ...]
) -> None:
    part, rooms = shelf
    wanted = sids(rooms, *([endings] if isinstance(endings, str) else endings))
    page = admin.get(address(q=part.upper(), people=people))
    assert set(listed(page)) == wanted
    assert page.all("input", name="q", type="search")[0]["value"] == part.upper()
    chosen = {"": "All", "any": "Occupied", "empty": "Empty"}[people]
    assert tabs.chosen(page) == [chosen]
    assert tabs.counts(page) == {"All": 6, "Occupied": 2, "Empty": 4}


def test_tabs_count_what_the_other_filters_leave(admin: Visitor, shelf: Shelf) -> None:
    part, rooms = shelf
    page = admin.get(address(q=f"{part}-a", people="any"))
    assert listed(page) == []
    assert tabs.counts(page) == {"All": 1, "Occupied": 0, "Empty": 1}
    empty = admin.get(tabs.targets(page)["Empty"])
    assert set(listed(empty)) == sids(rooms, "-a")
    assert empty.all("input", type="hidden", name="people", value="empty")


@pytest.mark.parametrize(
    ("text", "endings"),
    [
        ("metadata:OF", ("-a", "-b", "-c", "-D")),
        ('metadata:"of b"', ("-b",)),
        ('-c metadata:"of c"', ("-c",)),
        ('-c metadata:"of b"', ()),
        ("metadata:nobody-has-this", ()),
    ],
)
def test_filters_by_metadata(
    admin: Visitor, shelf: Shelf, text: str, endings: tuple[str, ...]
) -> None:
    part, rooms = shelf
    page = admin.get(address(q=f"{part}{text}" if text[0] == "-" else f"{part} {text}"))
    assert set(listed(page)) == (sids(rooms, *endings) if endings else set())


def test_filters_by_recording_and_age(admin: Visitor, shelf: Shelf) -> None:
    part, rooms = shelf
    assert listed(admin.get(address(q=part, recording="yes"))) == []
    quiet = admin.get(address(q=part, recording="no"))
    assert set(listed(quiet)) == {room.sid for room in rooms}
    page = admin.get(address(q=part, older="1d", recording="no"))
    assert listed(page) == []
    assert [o["value"] for o in page.all("option") if "selected" in o] == ["no", "1d"]
    deletion = page.all("input", type="hidden", form="bulk")
    assert deletion == []  # without rows there is nothing to delete
    sent = {i["name"]: i["value"] for i in quiet.all("input", type="hidden", form="bulk")}
    assert sent == {"q": part, "people": "", "recording": "no", "older": ""}


def test_filters_by_sid(admin: Visitor, shelf: Shelf) -> None:
    _, rooms = shelf
    for text in (rooms[0].sid, rooms[0].sid[3:].lower()):
        assert listed(admin.get(address(q=text))) == [rooms[0].sid]
