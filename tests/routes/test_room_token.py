"""A token for one room: /rooms/{room}/token."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from livekit import rtc

from app.paths import room_path
from dev.participants import Crowd
from dev.stack import Stack
from tests.routes.asked import ODD, Ask, people
from tests.routes.filled import filled
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until


def token_in(page: Seen) -> str:
    """Give the token that the page shows."""
    assert page.status == 200, page.text
    (button,) = [b for b in page.all("button") if b.get("data-copy", "").count(".") == 2]
    return button["data-copy"]


def claims(stack: Stack, token: str) -> dict[str, Any]:
    """Check the signature and give what the token says."""
    said: dict[str, Any] = jwt.decode(token, stack.api_secret, algorithms=["HS256"])
    return said


def test_a_real_participant_joins_with_it(
    admin: Visitor, stack: Stack, crowd: Crowd, livekit: Ask, room: str
) -> None:
    fields = filled(admin.get(room_path(room, "token")))
    page = admin.send(room_path(room, "token"), fields | {"identity": "ada", "name": "Ada"})
    token = token_in(page)
    assert "as ada until" in page.text

    async def visit() -> tuple[str, list[str]]:
        client = rtc.Room()
        await client.connect(stack.url, token)
        there = await asyncio.to_thread(people, livekit, room)
        await client.disconnect()
        return client.name, [f"{person.identity} {person.name}" for person in there.values()]

    assert crowd.wait_for(visit()) == (room, ["ada Ada"])


def test_says_what_was_asked_for(admin: Visitor, stack: Stack, room: str) -> None:
    typed = {
        "identity": " ada ",
        "name": "Ada Łovelace",
        "ttl": "90",
        "ttl_unit": "min",
        "metadata": '{"a": 1.50}',
        "can_subscribe": "on",
        "hidden": "on",
        "room_admin": "on",
    }
    began = time.time()
    said = claims(stack, token_in(admin.post(room_path(room, "token"), **typed)))
    assert (said["sub"], said["name"], said["metadata"]) == (" ada ", "Ada Łovelace", '{"a": 1.50}')
    assert said["iss"] == stack.api_key
    assert began + 5395 < said["exp"] < time.time() + 5405
    video = said["video"]
    assert video["room"] == room
    assert (
        video["roomJoin"] is video["canSubscribe"] is video["hidden"] is video["roomAdmin"] is True
    )
    assert video["canPublish"] is video["canPublishData"] is False


def test_nothing_more_than_asked_is_granted(admin: Visitor, stack: Stack, room: str) -> None:
    said = claims(stack, token_in(admin.post(room_path(room, "token"), identity="ada")))
    granted = {name for name, value in said["video"].items() if value is True}
    assert granted == {"roomJoin"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ttl", "-5"),
        ("ttl", "0"),
        ("ttl", "999999999999"),
        ("ttl", "1" + "0" * 5000),
        ("ttl", "1.5"),
        ("ttl", "soon"),
        ("ttl_unit", "weeks"),
        ("identity", ""),
        ("identity", "é" * 129),
        ("metadata", '{"a": '),
    ],
)
def test_what_cannot_be_is_422_and_kept(admin: Visitor, room: str, field: str, value: str) -> None:
    typed = {"identity": "ada", "name": "Kept Name", "ttl": "7", "ttl_unit": "d"} | {field: value}
    page = admin.post(room_path(room, "token"), **typed)
    assert page.status == 422
    controls = page.all("input") + page.all("select") + page.all("textarea")
    assert [c["name"] for c in controls if c.get("aria-invalid")] == [field]
    kept = filled(page)
    assert kept["name"] == "Kept Name"
    assert field == "ttl_unit" or kept[field] == value
    assert "eyJ" not in page.html


def test_the_longest_life_is_taken(admin: Visitor, stack: Stack, room: str) -> None:
    page = admin.post(room_path(room, "token"), identity="ada", ttl="10000", ttl_unit="d")
    assert claims(stack, token_in(page))["exp"] > time.time() + 9_999 * 86_400


def test_is_shown_once_and_is_nowhere_else(
    admin: Visitor, room: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = room_path(room, "token")
    csrf = admin.token()
    page = admin.post(path, identity="ada", csrf=csrf)
    signature = token_in(page).rpartition(".")[2]
    assert page.headers["cache-control"] == "no-store"
    for name, value in page.headers.items():
        assert signature not in value, name
        assert name not in {"set-cookie", "location"}
    for other in (path, room_path(room), "/"):
        assert signature not in admin.get(other).html
    logged = ""

    def says_so() -> bool:
        nonlocal logged
        logged += "".join(capfd.readouterr())
        return "token.create" in logged

    until(says_so)
    assert signature not in logged


def test_each_click_signs_a_token_of_its_own(admin: Visitor, stack: Stack, room: str) -> None:
    for identity in ("ada", "bob"):
        page = admin.post(room_path(room, "token"), identity=identity)
        assert claims(stack, token_in(page))["sub"] == identity


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names(admin: Visitor, stack: Stack, odd: str) -> None:
    page = admin.post(room_path(odd, "token"), identity=odd, name=odd)
    said = claims(stack, token_in(page))
    assert (said["sub"], said["name"], said["video"]["room"]) == (odd, odd, odd)
    assert "<script>alert" not in page.html
    assert admin.get(room_path(odd, "token")).status == 200


def test_the_secret_is_on_no_page(admin: Visitor, stack: Stack, room: str) -> None:
    for page in (
        admin.get(room_path(room, "token")),
        admin.post(room_path(room, "token"), identity="a"),
    ):
        assert page.status == 200
        assert stack.api_secret not in page.html


def test_refuses_what_it_must(
    guarded: Callable[..., None], reader: Visitor, nobody: Visitor, room: str
) -> None:
    guarded(room_path(room, "token"), identity="typed identity")
    assert nobody.get(room_path(room, "token")).status == 401
    assert reader.get(room_path(room, "token")).status == 403
