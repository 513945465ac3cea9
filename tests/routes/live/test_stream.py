"""/live: what changes is sent immediately, uncompressed, to those who may see it."""

import time
from collections.abc import Callable

import httpx
import pytest

from tests.support.dashboard import Dashboard
from tests.support.listener import SSE, Listener
from tests.support.people import add_person, signed_in
from tests.support.waiting import until
from tests.support.webhooks import deliver, event

SOON = 2.0  # seconds; pages check for changes every five
ROOM = {"name": "live room", "sid": "RM_live"}


@pytest.mark.alone
def test_a_webhook_is_sent_immediately(plain: Dashboard) -> None:
    with Listener(plain.visitor().http) as listener:
        began = time.monotonic()
        assert deliver(plain, event("participant_joined", room=ROOM)).status_code == 200
        until(lambda: "room:live room" in listener.changed)
        assert listener.times[-1] - began < SOON
        assert {"rooms", "participants", "sessions"} <= listener.changed


def test_nothing_between_may_compress_buffer_or_keep_it(plain: Dashboard) -> None:
    with Listener(plain.visitor().http) as listener:
        headers = listener.response.headers
        assert headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in headers
        assert headers["cache-control"] == "no-store, no-transform"
        assert headers["x-accel-buffering"] == "no"
        until(lambda: ": beat" in listener.lines)


def test_the_state_of_the_feed_is_in_every_message(plain: Dashboard) -> None:
    with Listener(plain.visitor().http) as listener, Listener(plain.visitor().http) as other:
        old = str(int(time.time()) - 3600)
        deliver(plain, event("ingress_started", ingressInfo={"ingressId": "IN_1"}, createdAt=old))
        deliver(plain, event("egress_started", egressInfo={"egressId": "EG_1"}))
        until(lambda: "egress:EG_1" in listener.changed)
        last = listener.messages[-1]
        assert last["fed"]["egress"] <= 1
        assert "ingress" not in last["fed"]  # it was delivered an hour late
        assert last["streams"] == 2
        assert other.open


def test_the_dashboards_own_test_event_proves_nothing(limited: Callable[..., Dashboard]) -> None:
    dashboard = limited()
    with Listener(dashboard.visitor().http) as listener:
        deliver(dashboard, event("room_started", room=ROOM) | {"id": "EV_test_1"})
        until(lambda: "rooms" in listener.changed)
        assert listener.messages[-1]["fed"] == {}


def test_who_connects_again_learns_that_something_was_missed(plain: Dashboard) -> None:
    visitor = plain.visitor()
    with Listener(visitor.http) as listener:
        position = listener.position
    again = {"Last-Event-ID": position}
    with Listener(visitor.http, headers=again) as listener:
        assert listener.messages[0]["topics"] == []
        deliver(plain, event("room_started", room=ROOM))
        until(lambda: "rooms" in listener.changed)
    for options in ({"headers": again}, {"params": {"after": position}}):
        with Listener(visitor.http, **options) as listener:
            assert listener.messages[0]["topics"] == ["*"]


def test_a_client_that_asks_for_no_stream_gets_one_message(plain: Dashboard) -> None:
    answer = plain.visitor().http.get("/live")
    assert answer.status_code == 200
    assert answer.text.count("data: ") == 1
    head = plain.visitor().http.head("/live", headers=SSE)
    assert (head.status_code, head.text) == (200, "")


def test_names_are_sent_to_those_only_who_may_open_their_pages(stored: Dashboard) -> None:
    admin = stored.visitor()
    fields = {"name": "Clock", "permission": ["egress.read"]}
    assert admin.post("/roles/-/new", **fields).status == 303
    add_person(stored, "cleo", "Clock")
    with Listener(signed_in(stored, "cleo").http) as listener:
        deliver(stored, event("egress_started", egressInfo={"egressId": "EG_2"}, room=ROOM))
        until(lambda: "egress:EG_2" in listener.changed)
        assert "room" in listener.changed
        assert "live room" not in "".join(listener.lines)


def test_nobody_else_gets_a_stream(plain: Dashboard, stored: Dashboard) -> None:
    for dashboard in (plain, stored):
        answer = httpx.get(f"{dashboard.url}/live", headers=SSE)
        assert answer.status_code == 401  # no redirect: a script couldn't read it
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert plain.visitor().http.get("/live", headers=SSE | foreign).status_code == 403


@pytest.mark.parametrize(
    ("limits", "status", "title"),
    [
        ({"most_each": 2}, 429, "Too many live streams"),
        ({"most": 2}, 503, "No live stream is free"),
    ],
)
def test_too_many_are_refused_plainly(
    limited: Callable[..., Dashboard], limits: dict[str, int], status: int, title: str
) -> None:
    dashboard = limited(**limits)
    visitor = dashboard.visitor()
    with Listener(visitor.http), Listener(visitor.http):
        answer = visitor.http.get("/live", headers=SSE)
        assert answer.status_code == status
        assert title in answer.text
        assert answer.headers["retry-after"] == "60"
    until(lambda: len(dashboard.app.state.streams) == 0)
    with Listener(visitor.http) as listener:
        assert listener.open
