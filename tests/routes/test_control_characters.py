"""Control characters in names and texts: shown by their pictures, sent as they are."""

import re

import pytest
from livekit import api

from app.text.paths import room_path
from tests.routes.asked import Ask, opened
from tests.routes.filled import filled
from tests.support.visitor import Visitor

NAME = "a\0\x01\x1b[31mb\x7f\x85\ufffe"
SHOWN = "a␀␁␛[31mb␡\ufffd\ufffd"
UNSEEN = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe]")


@pytest.fixture
def odd_room(make_room: Ask) -> str:
    name: str = make_room(NAME)
    return name


@pytest.mark.parametrize("below", ["", "/edit", "/delete", "/send", "/watch"])
def test_no_page_holds_one(admin: Visitor, odd_room: str, below: str) -> None:
    page = admin.get(room_path(odd_room) + below)
    assert page.status == 200
    assert SHOWN in page.text
    assert UNSEEN.findall(page.html) == []


def test_a_list_and_a_notice_show_it(admin: Visitor, odd_room: str) -> None:
    rooms = admin.get("/rooms?q=%1B%5B31mb")
    assert SHOWN in rooms.text
    assert UNSEEN.findall(rooms.html.replace('value="\x1b[31mb"', "")) == []
    deleted = admin.post(room_path(odd_room, "delete"))
    assert deleted.status == 303
    assert SHOWN in admin.get("/rooms").text


def test_a_form_sends_it_as_it_is(admin: Visitor, livekit: Ask, odd_room: str) -> None:
    livekit(
        "room.update_room_metadata",
        api.UpdateRoomMetadataRequest(room=odd_room, metadata="one\x01two"),
    )
    edit = room_path(odd_room, "edit")
    assert admin.send(edit, filled(admin.get(edit))).status == 303
    assert opened(livekit, odd_room).metadata == "one\x01two"


def test_an_export_has_it_as_it_is(admin: Visitor, odd_room: str) -> None:
    export = admin.get("/rooms/-/export.json?q=%1B%5B31mb").response.json()
    assert [room["name"] for room in export] == [NAME]
