"""/api/v1/rooms: the list, one room, creating and deleting."""

import secrets
from collections.abc import Callable

import pytest

from app.text.paths import segment
from tests.routes.api.conftest import call, items, problem
from tests.support.dashboard import Dashboard
from tests.support.visitor import Visitor


def test_the_list_is_complete_whatever_the_page_size(
    root: Visitor, make_room: Callable[..., str]
) -> None:
    part = secrets.token_hex(6)
    names = sorted(make_room(f"{part}-{n}", metadata="m") for n in ("b", "a", "é", "10", "9"))
    for limit in (1, 2, 5, 200):
        found = items(root, "/rooms", q=part, limit=limit)
        assert [room["name"] for room in found] == names
    room = found[0]
    assert (room["metadata"], room["participants"], room["recording"]) == ("m", 0, False)
    assert isinstance(room["empty_timeout"], float)
    assert room["created"].endswith("Z")
    assert len(root.get("/api/v1/rooms").response.json()["items"]) <= 50


def test_what_comes_or_goes_meanwhile_moves_nothing(
    root: Visitor, make_room: Callable[..., str]
) -> None:
    part = secrets.token_hex(6)
    for name in ("b", "d", "f"):
        make_room(f"{part}-{name}")
    first = root.get("/api/v1/rooms", params={"q": part, "limit": 2}).response.json()
    assert [room["name"][-1] for room in first["items"]] == ["b", "d"]
    make_room(f"{part}-a")
    make_room(f"{part}-e")
    assert call(root, "DELETE", f"/rooms/{part}-d").status == 204
    query = {"q": part, "cursor": first["next"]}
    rest = root.get("/api/v1/rooms", params=query).response.json()
    assert [room["name"][-1] for room in rest["items"]] == ["e", "f"]
    assert rest["next"] is None


def test_the_filters_are_those_of_the_page(root: Visitor, make_room: Callable[..., str]) -> None:
    name = make_room(secrets.token_hex(6))
    assert items(root, "/rooms", q=name, people="empty")
    assert not items(root, "/rooms", q=name, people="any")
    assert not items(root, "/rooms", q=name, older="7d")
    told = problem(root.get("/api/v1/rooms?people=many&limit=0"), 422)
    assert {error["name"] for error in told["errors"]} == {"people", "limit"}


@pytest.mark.parametrize(
    "cursor", ["x", "bnVsbA", "W10", "WzFd", "W3RydWVd", "WyJhIiwiYiJd", "\N{SNOWMAN}", "a" * 5000]
)
def test_a_cursor_of_something_else_is_refused(root: Visitor, cursor: str) -> None:
    assert "cursor" in problem(root.get("/api/v1/rooms", params={"cursor": cursor}), 422)["detail"]


@pytest.mark.parametrize("name", ["a/b", "..", "%2F", "\u202etxt.exe", "<b>&", "~x", "-", "a b"])
def test_any_name_can_be_created_read_and_deleted(
    root: Visitor, name: str, make_room: Callable[..., str]
) -> None:
    name = f"{name}{secrets.token_hex(4)}"
    body = {"name": name, "metadata": "<i>", "empty_timeout": 60.0, "max_participants": None}
    made = call(root, "POST", "/rooms", body)
    assert (made.status, made.response.json()["name"]) == (201, name)
    path = f"/rooms/{segment(name)}"
    room = call(root, "GET", path).response.json()
    assert (room["metadata"], room["empty_timeout"]) == ("<i>", 60)
    assert room["codecs"]
    gone = call(root, "DELETE", path)
    assert (gone.status, gone.html) == (204, "")
    assert name in problem(call(root, "GET", path), 404)["detail"]
    assert call(root, "DELETE", path).status == 404


def test_a_name_is_found_however_it_is_spelled(
    root: Visitor, make_room: Callable[..., str]
) -> None:
    name = make_room(f"two words {secrets.token_hex(4)}")
    for path in (segment(name), name.replace(" ", "%20")):
        assert call(root, "GET", f"/rooms/{path}").response.json()["name"] == name


def test_an_open_room_isnt_created_again(root: Visitor, make_room: Callable[..., str]) -> None:
    name = make_room(secrets.token_hex(6))
    told = problem(call(root, "POST", "/rooms", {"name": name}), 409)
    assert told["type"] == "urn:livekit-dashboard:problem:livekit-conflict"
    assert "already open" in told["detail"]


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, ["name"]),
        ({"name": ""}, ["name"]),
        ({"name": "é" * 129}, ["name"]),
        ({"name": 1}, ["name"]),
        ({"name": "x", "max_participants": "2"}, ["max_participants"]),
        ({"name": "x", "max_participants": -1}, ["max_participants"]),
        ({"name": "x", "no_such": 1}, ["no_such"]),
        ({"name": "x", "agents": [{"name": "y"}]}, ["agents"]),
        ([], []),
        ("text", []),
    ],
)
def test_what_is_wrong_is_named(root: Visitor, body: object, wrong: list[str]) -> None:
    told = problem(call(root, "POST", "/rooms", body), 422)
    assert [error["name"] for error in told["errors"]] == wrong
    assert told["title"] == "Some values aren't valid"
    assert told["detail"] != told["title"]


@pytest.mark.parametrize(
    ("kind", "content", "status"),
    [
        ("application/json", b"{", 422),
        ("application/json", b'"\xff"', 422),
        ("application/json", b"", 422),
        ("application/json", b"[" * 100_000, 422),
        ("application/json; charset=latin-1", b"{}", 415),
        ("application/x-www-form-urlencoded", b"name=x", 415),
        ("text/plain", b"{}", 415),
        ("", b"{}", 415),
        ("application/json", b'{"name": "' + b"x" * 1_100_000 + b'"}', 413),
    ],
)
def test_other_bodies_are_refused(root: Visitor, kind: str, content: bytes, status: int) -> None:
    headers = {"Content-Type": kind}
    seen = type(call(root, "GET", "/rooms"))(
        root.http.post("/api/v1/rooms", content=content, headers=headers)
    )
    problem(seen, status)


def test_who_may_not_learns_nothing_of_the_body(viewer: Visitor, served: Dashboard) -> None:
    for body in ({"name": "x"}, {"wrong": 1}):
        assert "rooms.write" in problem(call(viewer, "POST", "/rooms", body), 403)["detail"]
        nobody = served.visitor(username=None)
        assert problem(call(nobody, "POST", "/rooms", body), 401)
    assert problem(call(viewer, "DELETE", "/rooms/x"), 403)
