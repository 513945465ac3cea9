"""Changing a room's metadata: /rooms/{room}/edit."""

from collections.abc import Callable

import pytest

from app.text.formatters import visible
from app.text.paths import room_path
from tests.routes.asked import ODD, Ask, opened
from tests.routes.filled import filled
from tests.support.visitor import Visitor


def test_replaces_and_clears_the_metadata(admin: Visitor, livekit: Ask, room: str) -> None:
    for metadata in ('{"a": [1, 2]}', "plain text\nof two lines", ""):
        page = admin.follow(admin.post(room_path(room, "edit"), metadata=metadata))
        assert f"The metadata of {room} was saved." in page.text
        assert opened(livekit, room).metadata == metadata


def test_shows_what_is_there_formatted_but_not_changed(admin: Visitor, make_room: Ask) -> None:
    room = make_room(metadata='{"big":12345678901234567890,"a":1.50,"a":2,"e":"\\u00e9"}')
    shown = filled(admin.get(room_path(room, "edit")))["metadata"]
    assert shown.splitlines() == [
        "{",
        '  "big": 12345678901234567890,',
        '  "a": 1.50,',
        '  "a": 2,',
        '  "e": "\\u00e9"',
        "}",
    ]


def test_saved_unchanged_it_stays_byte_for_byte(
    admin: Visitor, make_room: Ask, livekit: Ask
) -> None:
    metadata = '{"b":1,"a":[1,2]}'
    room = make_room(metadata=metadata)
    fields = filled(admin.get(room_path(room, "edit")))
    assert admin.send(room_path(room, "edit"), fields).status == 303
    assert opened(livekit, room).metadata == metadata


@pytest.mark.parametrize(
    "text", ['{"a": ', "[1, NaN]", "[VIP] caller", "{{user.name}}", "[" * 5000]
)
def test_any_text_is_saved_with_a_note_if_it_only_looks_like_json(
    admin: Visitor, make_room: Ask, livekit: Ask, text: str
) -> None:
    room = make_room(metadata="before")
    page = admin.follow(admin.post(room_path(room, "edit"), metadata=text))
    assert "The metadata of" in page.text
    assert "This looks like JSON but" in page.text
    assert opened(livekit, room).metadata == text
    assert "It can be saved anyway." in admin.get(room_path(room, "edit")).text


def test_too_much_is_livekits_word_and_kept(admin: Visitor, livekit: Ask, room: str) -> None:
    long = "x" * 524_289
    page = admin.post(room_path(room, "edit"), metadata=long)
    assert page.status == 422
    assert "metadata size exceeds limits" in page.text
    assert long in page.html
    assert admin.post(room_path(room, "edit"), metadata=long[:-1]).status == 303
    assert len(opened(livekit, room).metadata) == 524_288


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names_and_metadata(admin: Visitor, make_room: Ask, livekit: Ask, odd: str) -> None:
    make_room(odd)
    page = admin.follow(admin.post(room_path(odd, "edit"), metadata=f"of {odd}"))
    assert page.status == 200
    assert opened(livekit, odd).metadata == f"of {odd}"
    assert f"of {visible(odd)}" in page.text
    assert "<script>alert" not in page.html
    assert admin.get(room_path(odd, "edit")).status == 200


def test_a_room_that_ended_is_404(admin: Visitor, livekit: Ask) -> None:
    path = room_path("ended a moment ago", "edit")
    assert admin.get(path).status == 404
    for _ in range(2):
        page = admin.post(path, metadata="typed in vain")
        assert page.status == 404
        assert "Not found" in page.text
        assert "typed in vain" in page.html
    assert opened(livekit, "ended a moment ago") is None


def test_refuses_what_it_must(guarded: Callable[..., None], livekit: Ask, room: str) -> None:
    guarded(room_path(room, "edit"), metadata="typed")
    assert opened(livekit, room).metadata == ""
