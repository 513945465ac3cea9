"""Names in addresses: any text as one path segment, and back."""

import re
from urllib.parse import quote, unquote, urljoin, urlsplit

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import NoSuchPage
from app.text.paths import name_in, participant_path, room_path, segment

HARD = ["", ".", "..", "-", "~", "~x", "a/b", "%2F", "%", "?x=1", "#", "\\", "a\nb", "\x00", " "]
SAFE = re.compile(r"~?[A-Za-z0-9_@:.-]*", re.ASCII)
NAMES = st.text() | st.sampled_from(HARD) | st.text("ab./%~-_ ", max_size=12)


@given(NAMES)
def test_any_text_comes_back(name: str) -> None:
    assert name_in(segment(name)) == name


@given(NAMES)
def test_it_is_one_safe_segment(name: str) -> None:
    part = segment(name)
    assert SAFE.fullmatch(part)
    assert part not in {"", ".", ".."}
    assert not part.startswith(("-", "."))
    assert not part.endswith(".")


@given(NAMES)
def test_nothing_on_the_way_rewrites_it(name: str) -> None:
    path = room_path(name, "edit")
    assert quote(unquote(path), safe="/@:~") == path
    assert urlsplit(urljoin("http://host/rooms/other/page", path)).path == path
    assert httpx.URL("http://host/").join(path).raw_path.decode() == path


@given(NAMES, NAMES)
def test_two_names_never_share_an_address(one: str, other: str) -> None:
    assert (segment(one) == segment(other)) == (one == other)


@given(NAMES, NAMES)
def test_room_and_identity_stay_apart(room: str, identity: str) -> None:
    empty, rooms, first, word, second, action = participant_path(room, identity, "edit").split("/")
    assert (empty, rooms, word, action) == ("", "rooms", "participants", "edit")
    assert (name_in(first), name_in(second)) == (room, identity)


@given(st.text() | st.text("~-_=+/AZaz09", max_size=12).map("~{}".format))
@example("~gA")  # half a UTF-8 character
@example("~====")
def test_whatever_stands_there_is_a_name_or_no_page(part: str) -> None:
    try:
        name = name_in(part)
    except NoSuchPage:
        assert part.startswith(("-", "~"))  # what no plain name begins with
    else:
        name.encode()


@pytest.mark.parametrize("plain", ["standup", "a", "0", "team-7_x", "a@b.example", "x:y", "v1.2.3"])
def test_plain_names_stand_as_they_are(plain: str) -> None:
    assert room_path(plain) == f"/rooms/{plain}"


@pytest.mark.parametrize("name", [name for name in HARD if name])
def test_what_is_reserved_is_written_otherwise(name: str) -> None:
    assert segment(name).startswith("~")
    assert segment(name) != "~"


def test_long_names_stay_within_reach() -> None:
    assert len(segment("🎥" * 64)) <= 343  # 256 bytes, LiveKit's limit
