"""A dashboard whose people sign in at a real OpenID provider; each test runs on both databases."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dev.oidc import OpenIdProvider
from tests.support.dashboard import Dashboard
from tests.support.people import browser
from tests.support.single_sign_on import connected, somebody
from tests.support.stores import Databases
from tests.support.visitor import Visitor


@pytest.fixture(scope="module")
def running() -> Iterator[OpenIdProvider]:
    """The provider of a test file."""
    with OpenIdProvider() as provider:
        yield provider


@pytest.fixture
def provider(running: OpenIdProvider) -> Iterator[OpenIdProvider]:
    """The provider, without faults."""
    yield running
    running.faults()


@pytest.fixture
def member(provider: OpenIdProvider) -> str:
    """The name of somebody who may sign in."""
    return somebody(provider, "support-team")


@pytest.fixture(scope="module")
def dashboard(
    databases: Databases, running: OpenIdProvider, start_dashboard: Callable[..., Dashboard]
) -> Dashboard:
    """A dashboard with that provider."""
    return start_dashboard(database_url=databases.new(), **connected(running))


@pytest.fixture
def fresh(
    start_dashboard: Callable[..., Dashboard], databases: Databases, running: OpenIdProvider
) -> Callable[..., Visitor]:
    """Open a browser at a dashboard of its own, which has asked the provider for nothing yet."""

    def opened(provider: OpenIdProvider = running, **settings: Any) -> Visitor:
        own = connected(provider, **settings)
        return browser(start_dashboard(**{"database_url": databases.new()} | own))

    return opened


@pytest.fixture
def visitor(dashboard: Dashboard) -> Iterator[Visitor]:
    """A browser in which nobody is signed in."""
    opened = browser(dashboard)
    yield opened
    opened.close()
