"""What is recorded of a request, and what bounds it: headers, limits of a route, streams."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from structlog.testing import capture_logs

from app.process.connections import LimitedConnection
from app.security.guards import does, sees
from app.security.roles import Permission
from app.security.session import Sessions
from app.services.livekit.scope import Call, CallScope
from app.text.shortening import LARGEST, shortened
from app.web.middleware.body_limit import LARGEST_BODY
from app.web.middleware.observe import server_timing
from dev.stack import Stack
from tests.support.dashboard import Dashboard, managing
from tests.support.visitor import Visitor
from tests.support.waiting import until

TOKEN = "a-metrics-token-of-the-streams-0123456789"


@pytest.fixture(scope="module")
def served(stack: Stack) -> Iterator[Dashboard]:
    """A dashboard with a stream that is idle for a second, and a route that takes 2 MiB."""

    async def stream() -> StreamingResponse:
        async def events() -> AsyncIterator[bytes]:
            yield b": begun\n\n"
            await asyncio.sleep(1.2)
            yield b": ended\n\n"

        return StreamingResponse(events(), media_type="text/event-stream")

    async def large(request: Request) -> PlainTextResponse:
        return PlainTextResponse(str(len(await request.body())))

    dashboard = Dashboard(**managing(stack), metrics_token=TOKEN)
    add = dashboard.app.add_api_route
    add("/stream", stream, dependencies=[sees(Permission.ROOMS_READ)])
    guard = does("test.large", Permission.ROOMS_WRITE)
    add("/large", large, methods=["POST"], dependencies=[guard], max_body_size=2 * LARGEST_BODY)
    yield dashboard.start()
    dashboard.stop()


@pytest.fixture
def visitor(served: Dashboard) -> Iterator[Visitor]:
    """Somebody signed in to it."""
    client = served.visitor()
    yield client
    client.close()


def metric(dashboard: Dashboard, line: str) -> float:
    """Return the value of the metric's line that begins so; 0 without one."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    text = httpx.get(f"{dashboard.url}/metrics", headers=headers).text
    return next((float(x.split()[-1]) for x in text.splitlines() if x.startswith(line)), 0.0)


def test_a_stream_is_recorded_when_it_starts_and_may_be_idle(
    served: Dashboard, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LimitedConnection, "head_seconds", 0.2)
    monkeypatch.setattr(LimitedConnection, "take_seconds", 0.4)
    open_streams = "livekit_dashboard_open_streams"
    counted = 'livekit_dashboard_requests_total{method="GET",route="/stream",status="200"}'
    with capture_logs() as lines, visitor.http.stream("GET", "/stream") as response:
        pieces = response.iter_raw()
        assert next(pieces) == b": begun\n\n"
        until(lambda: [line for line in lines if line.get("path") == "/stream"])
        assert (metric(served, open_streams), metric(served, counted)) == (1, 1)
        assert next(pieces) == b": ended\n\n"
        assert list(pieces) == []
    until(lambda: metric(served, open_streams) == 0)
    assert metric(served, counted) == 1
    assert metric(served, 'livekit_dashboard_request_seconds_count{route="/stream"}') == 0
    assert len([line for line in lines if line.get("path") == "/stream"]) == 1


@pytest.mark.parametrize(("size", "status"), [(2 * LARGEST_BODY, 200), (2 * LARGEST_BODY + 1, 413)])
def test_a_route_may_take_more(visitor: Visitor, size: int, status: int) -> None:
    headers = {"X-CSRF-Token": visitor.token(), "Content-Type": "application/octet-stream"}
    pieces = (b"x" * min(65536, size - sent) for sent in range(0, size, 65536))
    answer = visitor.http.post("/large", content=pieces, headers=headers)
    assert answer.status_code == status
    if status == 413:
        assert "2048 KiB" in answer.text


def test_calls_of_one_name_are_added_up() -> None:
    calls = [Call("ListParticipants", 0.25, succeeded=True) for _ in range(100)]
    once = [Call("ListRooms", 0.001, shared=True), Call("ListEgress", 0.002, age=3.0)]
    header = server_timing(CallScope(5, calls=[once[0], *calls, once[1]]), 1.5)
    assert header == (
        'ListRooms;desc=shared;dur=1.0, ListParticipants;desc="100";dur=25000.0, '
        "ListEgress;desc=kept;dur=2.0, age;dur=3000, total;dur=1500.0"
    )


def test_calls_that_another_request_made_are_not_counted() -> None:
    calls = [Call("ListRooms", 0.001, succeeded=True), Call("ListRooms", 0.001, shared=True)]
    assert server_timing(CallScope(5, calls=calls), 0.5) == "ListRooms;dur=2.0, total;dur=500.0"
    assert server_timing(CallScope(5, calls=calls * 2), 0.5).startswith('ListRooms;desc="2";')


@pytest.mark.parametrize("character", ["x", "é", "漢", "😀", '"', "\x1b", "\n"])
def test_a_note_fits_into_a_header(character: str) -> None:
    note = shortened(f"Room {character * 60_000} was deleted.")
    assert len(json.dumps(note)) <= LARGEST + 10
    assert note.startswith(f"Room {character * 50}")
    assert note.endswith("…")
    assert shortened("Room a was deleted.") == "Room a was deleted."


@pytest.mark.parametrize("character", ["x", "😀"])
def test_notes_of_long_names_fit_into_the_cookie(served: Dashboard, character: str) -> None:
    sessions = Sessions(Starlette(), served.settings)
    notes = [{"text": shortened(character * 9000), "kind": "ok"} for _ in range(6)]
    line = sessions.seal({"user": "admin", "id": "x" * 22, "flash": notes})
    assert len(line) < 2200
    opened = sessions.open(line.partition("=")[2].partition(";")[0])
    assert opened["flash"] == notes[-len(opened["flash"]) :] != []
