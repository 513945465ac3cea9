"""The page of a new token: its times, its join link, and another token like it."""

from datetime import UTC, datetime

from dev.stack import Stack
from tests.routes.filled import filled
from tests.routes.tokens.tokens import MAKE, claims, post, token_in
from tests.support.visitor import Visitor

FIELDS = {"identity": "ada", "room_join": "on", "metadata": '{"a": 1}', "ttl": "7"}


def _iso(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def test_its_times_are_readable(admin: Visitor, stack: Stack, room: str) -> None:
    page = post(admin, MAKE, room=room, **FIELDS)
    said = claims(stack, token_in(page))
    times = {at["datetime"] for at in page.all("time")}
    assert {_iso(said["nbf"]), _iso(said["exp"])} <= times
    assert "Not before" in page.text


def test_another_like_it_begins_with_the_same_values(
    admin: Visitor, stack: Stack, room: str
) -> None:
    page = post(admin, MAKE, room=room, **FIELDS, can_publish_sources=["camera"])
    assert "Create another token like this" in page.text
    form = filled(page) | {"csrf": page.csrf, "identity": "joan"}
    del form["token"]
    first, second = (claims(stack, token_in(each)) for each in (page, admin.send(MAKE, form)))
    changed = {"nbf", "exp", "sub"}
    assert {n: v for n, v in first.items() if n not in changed} == {
        n: v for n, v in second.items() if n not in changed
    }
    assert (first["sub"], second["sub"]) == ("ada", "joan")


def test_the_join_link_can_be_copied_while_it_is_folded(admin: Visitor, room: str) -> None:
    page = post(admin, MAKE, room=room, **FIELDS)
    head = page.html.partition('id="meet"')[2].partition("</header>")[0]
    assert "Copy join link" in head
    assert 'data-copy="https://meet.livekit.io/' in head
    assert token_in(page) in head
    assert "meet.livekit.io" not in post(admin, MAKE, room_list="on").html
