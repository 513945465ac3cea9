"""A room's page under odd names, and once the room has ended."""

import pytest

from app.text.formatters import visible
from app.text.paths import room_path
from tests.routes.asked import ODD, Ask, opened
from tests.support.visitor import Visitor


def test_a_room_that_ended_is_404_as_page_and_as_fragment(admin: Visitor) -> None:
    page = admin.get(room_path("ended a moment ago"))
    assert page.status == 404
    assert "The room ended a moment ago is not open." in page.text
    assert page.all("nav")
    fragment = admin.get(room_path("ended a moment ago") + "?partial=1")
    assert (fragment.status, fragment.all("nav")) == (404, [])
    assert "Not found" in fragment.text


@pytest.mark.parametrize("odd", [*ODD.values(), "export.csv", "new", "-", "~", "~x"])
def test_odd_names(admin: Visitor, make_room: Ask, livekit: Ask, odd: str) -> None:
    make_room(odd)
    page = admin.get(room_path(odd))
    assert page.status == 200
    assert page.headers["content-type"].startswith("text/html")
    assert page.all("h1", title=visible(odd))
    assert opened(livekit, odd).sid in page.text
    assert "<script>alert" not in page.html


@pytest.mark.parametrize("part", ["~!", "~%2e%2e", "~====", "~gA", "~" + "A" * 30_000])
def test_addresses_that_are_no_name_are_4xx(admin: Visitor, part: str) -> None:
    assert 400 <= admin.get(f"/rooms/{part}").status < 500


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("near", " near "),
        ("e\u0301", "\u00e9"),
        ("Case", "case"),
        ("a b", "a  b"),
        ("x", "x\u200b"),
    ],
)
def test_names_that_look_alike_stay_apart(
    admin: Visitor, make_room: Ask, livekit: Ask, one: str, other: str
) -> None:
    make_room(one)
    assert admin.get(room_path(other)).status == 404
    make_room(other)
    for name in (one, other):
        assert opened(livekit, name).sid in admin.get(room_path(name)).text
    assert admin.post(room_path(other, "delete")).status == 303
    assert opened(livekit, one)
    assert opened(livekit, other) is None
