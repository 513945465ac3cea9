"""READ_ONLY: every write is refused, and no page shows a way to one."""

from collections.abc import Callable

import pytest
from livekit import api

from app.text.paths import room_path
from dev.participants import Crowd
from tests.support.dashboard import Dashboard
from tests.support.visitor import Seen, Visitor

IDENTITY = "watched"
WRITES = (
    "/new",
    "/edit",
    "/delete",
    "/send",
    "/sandbox",
    "/remove",
    "/permissions",
    "/subscriptions",
)


@pytest.fixture(scope="module")
def reader(start_dashboard: Callable[..., Dashboard]) -> Visitor:
    """A visitor of a dashboard that changes nothing."""
    return start_dashboard(read_only=True).visitor()


@pytest.fixture
def watched(room: str, crowd: Crowd) -> str:
    """A room with somebody in it who publishes."""
    crowd.join(room, IDENTITY, audio=True)
    return room


def ways_to_write(page: Seen) -> list[dict[str, str]]:
    """Return every control and link on a page that leads to a change."""
    owned = [
        attributes
        for tag, attributes in page.tags
        if tag in {"button", "input", "select", "textarea"}
        and (attributes.get("form") in {"act", "bulk"} or "formaction" in attributes)
    ]
    shell = {"/search", "/keys", "/time"}  # open in the dialog too, and change nothing
    dialogs = [a for a in page.all("a") if "data-dialog" in a]
    asking = [a for a in dialogs if a.get("href", "/keys").partition("?")[0] not in shell]
    leading = [a for a in page.all("a") if a.get("href", "").partition("?")[0].endswith(WRITES)]
    return owned + asking + leading


@pytest.mark.parametrize("path", ["/", "/rooms", "ROOM", "ROOM?q=watched", "/rooms?q=nothing-such"])
def test_no_page_shows_a_way_to_change_something(
    admin: Visitor, reader: Visitor, watched: str, path: str
) -> None:
    path = path.replace("ROOM", room_path(watched))
    assert reader.get(path).status == 200
    assert ways_to_write(reader.get(path)) == []
    assert ways_to_write(reader.get(f"{path}{'&' if '?' in path else '?'}partial=1")) == []
    if path.startswith("/rooms"):
        assert ways_to_write(admin.get(path)) != []


def test_the_top_bar_says_so(admin: Visitor, reader: Visitor) -> None:
    assert "read-only" in reader.get("/").text
    assert "read-only" not in admin.get("/").text


def test_the_facts_are_all_there(admin: Visitor, reader: Visitor, watched: str) -> None:
    page = reader.get(room_path(watched))
    assert IDENTITY in page.text
    assert "microphone" in page.text.lower()
    assert watched in reader.get("/rooms/-/export.csv").html


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/rooms/-/new", {"name": "read-only-new"}),
        ("/rooms/-/delete", {"scope": "matching"}),
        ("ROOM/edit", {"metadata": "changed"}),
        ("ROOM/delete", {}),
        ("ROOM/send", {"payload": "x"}),
        ("/sandbox", {"identity": "x"}),
        ("ROOM/participants/watched/remove", {}),
        ("ROOM/participants/watched/mute-all", {}),
        ("ROOM/participants/watched/edit", {"name": "changed"}),
    ],
)
def test_every_write_is_refused_even_with_a_valid_token(
    reader: Visitor,
    watched: str,
    livekit: Callable[..., api.ListRoomsResponse],
    path: str,
    fields: dict[str, str],
) -> None:
    page = reader.post(path.replace("ROOM", room_path(watched)), **fields)
    assert page.status == 403
    assert "read-only" in page.text
    (present,) = livekit("room.list_rooms", api.ListRoomsRequest(names=[watched])).rooms
    assert present.metadata == ""
    names = api.ListRoomsRequest(names=["read-only-new"])
    assert not livekit("room.list_rooms", names).rooms


@pytest.mark.parametrize("path", ["/rooms/-/new", "ROOM/edit", "ROOM/delete", "/sandbox"])
def test_no_form_can_be_opened(reader: Visitor, room: str, path: str) -> None:
    page = reader.get(path.replace("ROOM", room_path(room)))
    assert page.status == 403
    assert "READ_ONLY is set" in page.text
