"""Dashboards whose streams beat quickly, so that what a beat does is seen soon."""

from collections.abc import Callable, Iterator

import pytest

from app.live.streams import Streams
from dev.stack import Stack
from tests.support.dashboard import Dashboard, managing
from tests.support.stores import Databases

BEAT = 0.3  # seconds


def with_beats(dashboard: Dashboard, **limits: int) -> Dashboard:
    """Start a dashboard whose streams beat quickly."""
    streams = Streams(dashboard.app.state.hub.feed, beat_seconds=BEAT, **limits)
    dashboard.app.state.streams = streams
    return dashboard.start()


@pytest.fixture(scope="module")
def plain(stack: Stack) -> Iterator[Dashboard]:
    """A dashboard without a store."""
    dashboard = with_beats(Dashboard(**managing(stack)))
    yield dashboard
    dashboard.stop()


@pytest.fixture(scope="module")
def stored(stack: Stack, databases: Databases) -> Iterator[Dashboard]:
    """A dashboard with a store, on each database."""
    dashboard = with_beats(Dashboard(**managing(stack), database_url=databases.new()))
    yield dashboard
    dashboard.stop()


@pytest.fixture
def limited(stack: Stack) -> Iterator[Callable[..., Dashboard]]:
    """Start a dashboard with other limits."""
    started: list[Dashboard] = []

    def start(**limits: int) -> Dashboard:
        started.append(with_beats(Dashboard(**managing(stack)), **limits))
        return started[-1]

    yield start
    for dashboard in started:
        dashboard.stop()
