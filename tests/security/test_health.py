"""/health: public, says whether the process lives, and with ?deep=1 whether LiveKit answers."""

import time
from collections.abc import Callable

import pytest

from tests.support.dashboard import Dashboard
from tests.support.fault import Mode, Relay
from tests.support.visitor import Seen, Visitor

OK = {"status": "ok"}
AWAY = {"status": "unavailable"}


@pytest.fixture
def relayed(start_dashboard: Callable[..., Dashboard], relay: Relay) -> Visitor:
    """Somebody unknown to a dashboard whose LiveKit is behind the relay."""
    dashboard = start_dashboard(livekit_url=relay.url, livekit_timeout=1)
    return dashboard.visitor(username=None)


def answer(seen: Seen) -> tuple[int, object]:
    """Return status and content."""
    return seen.status, seen.response.json()


def test_it_lives_without_asking_livekit(relayed: Visitor, relay: Relay) -> None:
    before = relay.requests
    for query in ("", "?deep=0", "?deep=false"):
        seen = relayed.get(f"/health{query}")
        assert answer(seen) == (200, OK)
        assert seen.calls == []
    assert relay.requests == before


def test_head_is_answered_too(relayed: Visitor) -> None:
    head = relayed.http.head("/health")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == relayed.get("/health").headers["content-length"]


def test_deep_asks_livekit_once(relayed: Visitor, relay: Relay) -> None:
    before = relay.requests
    seen = relayed.get("/health?deep=1")
    assert answer(seen) == (200, OK)
    assert seen.calls == []  # it says no more than whether LiveKit answers
    assert relay.requests == before + 1


@pytest.mark.alone
@pytest.mark.parametrize("mode", ["reset", "garbage", "html", "empty", "hang"])
def test_deep_is_503_when_livekit_does_not_answer_and_says_no_more(
    relayed: Visitor, relay: Relay, mode: Mode
) -> None:
    relay.mode = mode
    relay.drop()
    began = time.monotonic()
    seen = relayed.get("/health?deep=1")
    assert answer(seen) == (503, AWAY)
    assert time.monotonic() - began < 2
    assert relay.url.partition("//")[2] not in seen.html + str(seen.headers)
    assert answer(relayed.get("/health")) == (200, OK)


def test_deep_recovers_with_livekit(relayed: Visitor, relay: Relay) -> None:
    relay.mode = "reset"
    assert relayed.get("/health?deep=1").status == 503
    relay.mode = "pass"
    relay.drop()
    assert relayed.get("/health?deep=1").status == 200


def test_deep_is_503_when_livekit_refuses_the_key(
    start_dashboard: Callable[..., Dashboard],
) -> None:
    wrong = start_dashboard(livekit_api_secret="another-secret-0123456789-abcdefghijkl")
    seen = wrong.visitor(username=None).get("/health?deep=1")
    assert answer(seen) == (503, AWAY)


def test_a_wrong_query_is_a_422_without_a_call(relayed: Visitor, relay: Relay) -> None:
    before = relay.requests
    seen = relayed.get("/health?deep=perhaps")
    assert seen.status == 422
    assert (seen.csrf, seen.all("nav"), relay.requests) == ("", [], before)


def test_it_sets_no_cookie_and_asks_for_no_password(relayed: Visitor) -> None:
    seen = relayed.get("/health?deep=1")
    assert "set-cookie" not in seen.headers
    assert "www-authenticate" not in seen.headers
