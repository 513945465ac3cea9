"""Clients that take their time: none holds a connection for longer than the dashboard says."""

from collections.abc import Callable
from contextlib import ExitStack

import pytest
from structlog.testing import capture_logs

from app.process.connections import TAKEN_WITHIN, LimitedConnection
from app.web.assets import Assets
from app.web.middleware import body_limit
from tests.security.raw import CLOSE, FORM, SIGNED_IN, answer, connect, dripped, statuses
from tests.support.dashboard import Dashboard
from tests.support.visitor import Visitor
from tests.support.waiting import until

HEAD = f"GET /logout HTTP/1.1\r\n{SIGNED_IN}X-Slow: "
POST = f"POST /rooms/-/delete HTTP/1.1\r\n{SIGNED_IN}{FORM}Content-Length: 1000\r\n\r\nq="


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test can wait for."""
    monkeypatch.setattr(LimitedConnection, "head_seconds", 0.3)
    monkeypatch.setattr(LimitedConnection, "take_seconds", 0.5)
    monkeypatch.setattr(body_limit, "BODY_SECONDS", 0.3)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("begun", ["GET /", HEAD], ids=["address", "header"])
def test_a_head_that_does_not_end_is_ended(dashboard: Dashboard, begun: str) -> None:
    with connect(dashboard) as client:
        client.sendall(begun.encode())
        assert dripped(client) == b""


@pytest.mark.usefixtures("hasty")
def test_nothing_at_all_is_ended_too(dashboard: Dashboard) -> None:
    with connect(dashboard) as client:
        assert answer(client) == b""


def test_a_head_in_pieces_is_answered_and_so_is_the_next(dashboard: Dashboard) -> None:
    with connect(dashboard) as client:
        for last in ("", CLOSE):
            for piece in (*HEAD, "y\r\n", last, "\r\n"):
                client.sendall(piece.encode())
        assert statuses(answer(client)) == [200, 200]


@pytest.mark.usefixtures("hasty")
def test_a_body_that_does_not_end_is_408(dashboard: Dashboard) -> None:
    with capture_logs() as lines, connect(dashboard) as client:
        client.sendall(POST.encode())
        page = dripped(client)
        until(lambda: [line for line in lines if line["event"] == "request"])
    assert statuses(page) == [408]
    assert b"connection: close" in page.lower()
    assert b"Request timed out" in page
    (refused,) = [line for line in lines if line.get("action") == "room.delete"]
    assert (refused["event"], refused["status"]) == ("refused", 408)
    assert [line for line in lines if line["log_level"] in {"error", "critical"}] == []


@pytest.mark.usefixtures("hasty")
def test_what_comes_after_an_answer_does_not_hold_the_connection(dashboard: Dashboard) -> None:
    """Nobody signed in: the answer does not wait for the body."""
    with connect(dashboard) as client:
        client.sendall(POST.replace(SIGNED_IN, "Host: dashboard\r\n").encode())
        assert statuses(dripped(client)) == [401]


@pytest.mark.usefixtures("hasty")
@pytest.mark.skipif(TAKEN_WITHIN is None, reason="this system cannot limit that")
def test_an_answer_that_nobody_takes_is_dropped(dashboard: Dashboard) -> None:
    path = Assets().url("vendor/livekit-client.min.js")
    with connect(dashboard, buffer=4096) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: dashboard\r\n\r\n".encode())
        until(lambda: dashboard.holds(client), 60)
        until(lambda: not dashboard.holds(client), 60)
        assert len(answer(client)) < 500_000


def test_connections_beyond_the_limit_are_dropped(
    start_dashboard: Callable[..., Dashboard], monkeypatch: pytest.MonkeyPatch
) -> None:
    dashboard = start_dashboard()
    monkeypatch.setattr(dashboard.server.config, "limit_concurrency", 5)
    monkeypatch.setattr(LimitedConnection, "_drops_logged", float("-inf"))
    with capture_logs() as lines, ExitStack() as held:
        clients = [held.enter_context(connect(dashboard)) for _ in range(4)]
        until(lambda: all(map(dashboard.holds, clients)))
        for _ in range(3):
            with connect(dashboard) as beyond:
                assert answer(beyond) == b""
        clients[0].sendall(f"{HEAD}y\r\n{CLOSE}\r\n".encode())
        assert statuses(answer(clients[0])) == [200]
    (told,) = [line for line in lines if line["log_level"] == "warning"]
    assert (told["event"], told["open"]) == ("connection limit reached", 4)
    until(lambda: not dashboard.server.server_state.connections)
    assert dashboard.visitor().get("/health").status == 200


def test_many_of_them_hold_up_nobody(dashboard: Dashboard, admin: Visitor) -> None:
    with ExitStack() as held:
        for begun in [HEAD] * 120 + [POST] * 20:
            held.enter_context(connect(dashboard)).sendall(begun.encode())
        for path in ("/rooms", "/health", "/settings"):
            assert admin.get(path).status == 200
    assert admin.get("/rooms").status == 200
