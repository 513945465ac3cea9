"""Would a join with a token work: /sandbox/decode asks LiveKit, and says what it cannot know."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from dev.stack import Stack
from tests.routes.conftest import Join, Start
from tests.routes.tokens.tokens import (
    DECODE,
    JOINS,
    a_token,
    asked,
    notice,
    notice_of_join,
    now,
    post,
)
from tests.support.dashboard import Dashboard, managing
from tests.support.fault import Mode, Relay
from tests.support.visitor import Visitor
from tests.support.waiting import until


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"video": {"room": "r"}}, "The token has no roomJoin grant."),
        ({"video": ...}, "The token has no roomJoin grant."),
        ({"video": {"roomJoin": True}}, "The token names no room."),
        ({"sub": ...}, "The token has no identity"),
        ({"sub": "x" * 300}, "participant identity length exceeds limits"),
        ({"video": {"roomJoin": True, "room": "x" * 300}}, "room name length exceeds limits"),
        ({"roomConfig": {"emptyTimeout": "x"}}, "invalid value for uint32 field emptyTimeout"),
    ],
)
def test_says_why_livekit_lets_nobody_in_with_it(
    admin: Visitor, stack: Stack, change: dict[str, Any], why: str
) -> None:
    page = post(admin, DECODE, token=a_token(stack, **change))
    assert "The token is valid. Joining will fail." in page.text
    assert why in notice(page)
    assert why in notice_of_join(page)


def test_a_full_room_and_a_taken_identity(
    admin: Visitor, stack: Stack, make_room: Callable[..., str], join: Join
) -> None:
    room = make_room(max_participants=1)

    def told(**change: Any) -> str:
        video = {"roomJoin": True, "room": room} | change.pop("video", {})
        return notice_of_join(post(admin, DECODE, token=a_token(stack, video=video, **change)))

    assert "0 of 1 places used." in told()
    join(room, "bob")
    assert "The room is full: 1 of 1 places used." in told()
    taken = told(sub="bob")
    assert "the existing participant will be disconnected" in taken
    assert "replacing the participant with this identity frees one" in taken
    assert "agents, recorders and egress aren't counted" in told(kind="AGENT")
    assert "agents, recorders and egress aren't counted" in told(video={"recorder": True})


@pytest.mark.parametrize("change", [{"roomConfig": {"agents": [{}]}}, {"roomPreset": "big"}])
def test_an_open_room_takes_no_options_of_a_token(
    admin: Visitor, stack: Stack, make_room: Callable[..., str], change: dict[str, Any]
) -> None:
    video = {"roomJoin": True, "room": make_room()}
    page = post(admin, DECODE, token=a_token(stack, video=video, **change))
    assert "The room is already open, so the token's agents" in notice_of_join(page)
    page = post(admin, DECODE, token=a_token(stack, video=video))
    assert "The room is already open" not in page.text


def test_a_room_that_is_not_open(admin: Visitor, stack: Stack) -> None:
    page = post(admin, DECODE, token=a_token(stack, roomPreset="big"))
    assert "Not open; the first participant who joins opens it." in page.text
    assert "Unknown until the room opens: LiveKit doesn't list its presets." in page.text
    assert "only a real connection shows whether audio and video get through" in page.text


@pytest.fixture(scope="module")
def strict() -> Iterator[tuple[Stack, Stack]]:
    """A server that opens no room for those who join, and knows two keys; and its second key."""
    other = Stack()
    running = Stack(redis=False, settings={"room": {"auto_create": False}})
    running._keys[other.api_key] = other.api_secret
    with running:
        yield running, other


def test_a_server_that_opens_no_rooms_and_a_key_that_only_it_knows(
    strict: tuple[Stack, Stack], start_dashboard: Start
) -> None:
    server, other = strict
    dashboard: Dashboard = start_dashboard(**managing(server))
    visitor = dashboard.visitor()
    absent = post(visitor, DECODE, token=a_token(server))
    assert "room.auto_create is off" in notice_of_join(absent)
    opener = a_token(server, video={**JOINS, "roomCreate": True})
    assert "Accepts a join with these claims." in post(visitor, DECODE, token=opener).text
    foreign = a_token(other, video={**JOINS, "roomCreate": True})
    unknown = post(visitor, DECODE, token=foreign)
    assert f"{other.api_key} is not the dashboard's key" in notice(unknown)
    assert "Unknown whether joining works." in notice(unknown)
    sent = post(visitor, DECODE, token=foreign, send="on")
    assert "Accepts a join with these claims." in notice_of_join(sent)
    wrong = post(visitor, DECODE, token=f"{foreign[:-3]}AAA", send="on")
    assert "Rejects it: token signature is invalid" in notice_of_join(wrong)
    assert wrong.html.count(foreign[:-3]) == 1  # in the field where it was typed


def test_a_token_is_sent_to_livekit_only_when_it_is_said(
    admin: Visitor, stack: Stack, capfd: pytest.CaptureFixture[str]
) -> None:
    right, wrong = a_token(stack), a_token(stack, exp=now(-600))
    asked(stack, wrong)
    log = stack.livekit.log
    assert log
    until(lambda: wrong in log.read_text(encoding="utf-8"))  # LiveKit writes what it refuses
    wrong = a_token(stack, exp=now(-601))
    for token in (right, wrong):
        page = post(admin, DECODE, token=token, send="on")
        assert page.headers["cache-control"] == "no-store"
        assert not any(token in value for value in page.headers.values())
    logged = ""

    def says_so() -> bool:
        nonlocal logged
        logged += "".join(capfd.readouterr())
        return logged.count("token.decode") >= 2

    until(says_so)
    for token in (right, wrong):
        signature = token.rpartition(".")[2]
        assert signature not in logged
        assert signature not in log.read_text(encoding="utf-8")


@pytest.mark.parametrize("mode", ["reset", "html", "hang"])
def test_without_livekit_it_says_what_it_knows_and_what_not(
    start_dashboard: Start, stack: Stack, relay: Relay, mode: Mode
) -> None:
    visitor = start_dashboard(livekit_url=relay.url, livekit_timeout=0.5).visitor()
    csrf = visitor.token()
    relay.mode = mode
    said = notice(visitor.post(DECODE, token=a_token(stack), csrf=csrf))
    assert said.startswith("The token is valid. ")
    assert "Unknown whether joining works." in said


def test_a_clock_that_is_off_is_said(start_dashboard: Start, stack: Stack, relay: Relay) -> None:
    relay.shift = timedelta(minutes=3)
    page = post(start_dashboard(livekit_url=relay.url).visitor(), DECODE, token=a_token(stack))
    assert "LiveKit's clock is up to 3 min" in page.text
    assert "ahead of the dashboard's" in page.text
