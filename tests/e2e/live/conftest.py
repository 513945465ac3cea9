"""A LiveKit whose webhooks reach a dashboard, and rooms in which things happen."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from livekit import api

from dev.participants import Crowd
from tests.e2e.reporting import Reporting
from tests.support.asking import asker
from tests.support.dashboard import Dashboard
from tests.support.waiting import until


@pytest.fixture(scope="package")
def reporting() -> Iterator[Reporting]:
    """A LiveKit that reports what happens."""
    one = Reporting()
    with one.stack:
        yield one


@pytest.fixture(scope="package")
def people(reporting: Reporting) -> Iterator[Crowd]:
    """Real participants of its rooms."""
    stack = reporting.stack
    with Crowd(stack.url, stack.api_key, stack.api_secret) as crowd:
        yield crowd


@pytest.fixture
def reported(reporting: Reporting) -> Iterator[Dashboard]:
    """The dashboard that gets the webhooks."""
    running = reporting.dashboard().start()
    yield running
    running.stop()


@pytest.fixture
def rooms(reporting: Reporting, people: Crowd, worker: Any) -> Iterator[Callable[..., str]]:
    """Open rooms with somebody in them; they end with the test."""
    ask = asker(reporting.stack)
    made: list[str] = []

    def make(part: str = "live") -> str:
        name = f"{part}-{secrets.token_hex(4)}"
        people.join(name, "ada")
        made.append(name)
        return name

    yield make
    for name in made:
        with suppress(api.TwirpError):
            worker.submit(ask, "room.delete_room", api.DeleteRoomRequest(room=name)).result()


@pytest.fixture
def alive(reported: Dashboard, rooms: Callable[..., str]) -> Dashboard:
    """The dashboard, after LiveKit has reported something."""
    rooms()
    until(lambda: reported.app.state.hub.feed.ages().get("rooms") is not None)
    return reported
