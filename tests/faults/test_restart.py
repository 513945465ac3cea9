"""LiveKit and its Redis really stopped and started again, under a dashboard that keeps running."""

import secrets
from collections.abc import Callable, Iterator

import pytest

from app.services.rooms import scan
from app.text.paths import room_path
from dev.stack import Stack
from tests.faults.conftest import TIMEOUT
from tests.faults.test_pages import LIES
from tests.support.dashboard import Dashboard, managing
from tests.support.visitor import Visitor
from tests.support.waiting import until

PAGES = ["/", "/rooms", "/rooms?partial=1", "/rooms/-/export.csv"]


@pytest.fixture(scope="module")
def own_stack() -> Iterator[Stack]:
    """A stack of its own, so that no other test loses its rooms."""
    with Stack() as running:
        yield running


@pytest.fixture(scope="module")
def visitor(own_stack: Stack, start_dashboard: Callable[..., Dashboard]) -> Visitor:
    """A visitor of a dashboard of that stack."""
    return start_dashboard(**managing(own_stack), livekit_timeout=TIMEOUT).visitor()


@pytest.fixture
def name(visitor: Visitor) -> str:
    """The name of a room on that stack, made by the dashboard."""
    chosen = f"kept-{secrets.token_hex(4)}"
    assert visitor.post("/rooms/-/new", name=chosen, empty_timeout="600").status == 303
    assert visitor.get(room_path(chosen)).status == 200
    return chosen


def test_livekit_gone_is_503_and_its_return_is_seen(
    own_stack: Stack, visitor: Visitor, name: str
) -> None:
    token = visitor.token()
    own_stack.livekit.kill()
    try:
        for path in [*PAGES, room_path(name), room_path(name, "delete")]:
            page = visitor.get(path)
            assert page.status == 503, path
            assert "LiveKit is unreachable" in page.text
            assert not LIES.search(page.text), path
        failed = visitor.post(room_path(name, "edit"), metadata="in vain", csrf=token)
        assert failed.status == 503
        assert "in vain" in failed.text
        assert visitor.get("/health").status == 200
        assert visitor.get("/health?deep=1").status == 503
    finally:
        own_stack.livekit.start()
    for path in PAGES:
        assert visitor.get(path).status == 200, path
    assert name in visitor.get("/rooms").text  # Redis had it
    lost = visitor.post(room_path(name, "delete"))
    assert lost.status == 503  # only its node could end it, and that one is gone
    assert "node" in lost.text
    fresh = visitor.follow(visitor.post("/rooms/-/new", name=f"{name} again"))
    assert f"Room {name} again is open." in fresh.text


def test_rooms_whose_node_is_gone_have_dispatches_that_nobody_knows(
    own_stack: Stack,
    visitor: Visitor,
    name: str,
    start_dashboard: Callable[..., Dashboard],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scan, "AT_A_TIME", 1)  # as if there were many more rooms
    assert visitor.post("/rooms/-/new", name=f"{name}-2", empty_timeout="600").status == 303
    own_stack.livekit.kill()
    own_stack.livekit.start()
    patient = start_dashboard(  # LiveKit waits 3 s for the node
        **managing(own_stack),
    ).visitor()
    page = patient.get(f"/agents?room={name}&room={name}-2")
    assert page.status == 200, page.text
    assert f"No node of the server answered for {name} , {name}-2" in page.text
    assert not LIES.search(page.text)
    file = patient.get(f"/agents/-/export.csv?room={name}")
    assert (file.status, name in file.text) == (503, True)


def test_redis_gone_is_said_and_its_return_is_seen(
    own_stack: Stack, visitor: Visitor, name: str
) -> None:
    own_stack.redis.stop()
    try:
        for path in [*PAGES, room_path(name)]:
            page = visitor.get(path)
            assert 502 <= page.status <= 504, (path, page.text)
            assert not LIES.search(page.text), (path, page.text)
        assert visitor.get("/health?deep=1").status == 503
    finally:
        own_stack.redis.start()
    until(lambda: visitor.get("/rooms").status == 200)
    assert name in visitor.get("/rooms").text
