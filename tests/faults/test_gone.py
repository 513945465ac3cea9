"""What is not, or no longer, there: rooms, people, pages, methods; never a 500."""

from collections.abc import Callable

import pytest
from livekit import api

from app.text.paths import participant_path, room_path
from dev.participants import Crowd
from dev.stack import Stack
from tests.routes.asked import Ask, end_room
from tests.support.visitor import Visitor

FORMS = ("edit", "delete")
ABOUT_ONE = ("remove", "edit", "permissions", "subscriptions", "send")
FIELDS = {"payload": "x", "track": "TR_x", "metadata": "x", "identity": "x"}


@pytest.fixture
def ended(make_room: Callable[..., str], livekit: Ask) -> str:
    """The name of a room that ended a moment ago."""
    name = make_room()
    livekit("room.delete_room", api.DeleteRoomRequest(room=name))
    return name


def test_a_room_that_ended_is_404_everywhere(admin: Visitor, ended: str) -> None:
    paths = [room_path(ended), *(room_path(ended, form) for form in FORMS)]
    paths += [participant_path(ended, "ada", form) for form in ABOUT_ONE]
    for path in paths:
        page = admin.get(path)
        assert page.status == 404, path
        assert "Not found" in page.text, path
        assert page.all("nav"), path
        block = admin.get(f"{path}?partial=1", headers={"HX-Request": "true"})
        assert (block.status, block.all("html"), block.all("nav")) == (404, [], []), path
        assert "Not found" in block.text, path


def test_every_action_on_it_is_404_as_page_and_as_fragment(admin: Visitor, ended: str) -> None:
    token = admin.token()
    paths = [room_path(ended, action) for action in (*FORMS, "send")]
    actions = (*ABOUT_ONE, "mute", "unmute", "mute-all")
    paths += [participant_path(ended, "ada", action) for action in actions]
    for path in paths:
        for headers in ({}, {"HX_Request": "true"}):
            page = admin.send(path, FIELDS | {"csrf": token}, **headers)
            assert page.status == 404, (path, page.text)
            assert "Not found" in page.text, path
            assert bool(page.all("html")) != bool(headers), path


def test_who_left_is_404_while_the_room_goes_on(
    admin: Visitor, livekit: Ask, room: str, stack: Stack, crowd: Crowd
) -> None:
    bob = crowd.join(room, "bob")
    gone = crowd.join(room, "ada", audio=True)
    sid = gone.track_sids["microphone"]
    livekit("room.remove_participant", api.RoomParticipantIdentity(room=room, identity="ada"))
    for action in ABOUT_ONE:
        page = admin.get(participant_path(room, "ada", action))
        assert page.status == 404, action
    token = admin.token()
    for action in (*ABOUT_ONE, "mute", "unmute", "mute-all"):
        path = participant_path(room, "ada", action)
        page = admin.send(path, FIELDS | {"track": sid, "csrf": token})
        assert page.status == 404, (action, page.text)
    assert admin.get(participant_path(room, "bob", "edit")).status == 200
    end_room(stack, crowd, room, [bob, gone])


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/rooms/",
        "/rooms//edit",
        "/rooms/a/b",
        "/rooms/a/participants",
        "/rooms/a/participants/b",
        "/rooms/-/nothing",
        "/rooms/-/export",
        "/docs/nothing",
        "/openapi.json",
        "/static/nothing.css",
        "/static/../../pyproject.toml",
        "/%00",
        "/%ff%fe",
        "/" + "x" * 8000,
    ],
)
def test_an_unknown_address_is_404_whatever_the_method(admin: Visitor, path: str) -> None:
    assert admin.get(path).status == 404
    assert admin.get(f"{path}?partial=1").status == 404
    for method in ("POST", "PUT", "DELETE"):
        answer = admin.http.request(method, path, headers={"Origin": admin.origin})
        assert answer.status_code in {404, 405}, method


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", "GET"),
        ("/rooms", "GET"),
        ("/rooms/-/new", "GET"),
        ("/rooms/-/export.csv", "GET"),
        ("/rooms/-/delete", "POST"),
        ("/rooms/a", "GET"),
        ("/rooms/a/edit", "GET"),
        ("/sandbox/decode", "GET"),
        ("/rooms/a/participants/b/mute", "POST"),
        ("/health", "GET"),
        ("/logout", "GET"),
    ],
)
def test_a_wrong_method_is_405_and_says_which_is_right(
    admin: Visitor, nobody: Visitor, path: str, allowed: str
) -> None:
    for visitor in (admin, nobody):
        for method in ("PUT", "PATCH", "DELETE"):
            answer = visitor.http.request(method, path)
            assert answer.status_code == 405, method
            assert allowed in answer.headers["allow"]
            assert answer.headers["content-security-policy"]
    assert "405 Method Not Allowed" in admin.http.put(path).text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://["},
        {"Origin": "null"},
        {"HX-Current-URL": "http://["},
        {"HX-PTag": "\u00ff" * 300},
        {"Cookie": "livekit-dashboard=nonsense"},
        {"Cookie": "=;;;=,"},
        {"X-CSRF-Token": "x" * 8000},
        {"Accept-Encoding": "gzip;q=x"},
        {"Content-Type": "multipart/form-data"},
        {"Content-Type": "application/json"},
        {"Content-Type": "\u00ff"},
    ],
    ids=str,
)
def test_nonsense_in_headers_is_4xx_at_worst(
    admin: Visitor, room: str, headers: dict[str, str]
) -> None:
    sent = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
    for path in (room_path(room), "/rooms?partial=1"):
        assert admin.http.get(path, headers=sent).status_code == 200
    for path in (room_path(room, "edit"), "/rooms/-/delete"):
        answer = admin.http.post(path, headers=sent, content=b"metadata=x")
        assert 400 <= answer.status_code < 500
