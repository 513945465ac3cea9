"""A way to LiveKit with a relay in it."""

from functools import partial

import pytest

from app.config.settings import Settings, load_settings
from dev.stack import Stack
from tests.services.livekit.flights import Run, T, run_with
from tests.support.fault import Relay
from tests.support.stores import Databases


@pytest.fixture
def database(databases: Databases) -> str:
    """The DATABASE_URL of a database of the test's own, whose tables are there and empty."""
    return databases.migrated()


@pytest.fixture
def settings(stack: Stack, relay: Relay) -> Settings:
    """A dashboard's settings, with the relay before LiveKit."""
    return load_settings(
        _env_file=None,
        livekit_url=relay.url,
        livekit_api_key=stack.api_key,
        livekit_api_secret=stack.api_secret,
        livekit_timeout=5,
        admin_password="-",
    )


@pytest.fixture
def run(settings: Settings) -> Run[T]:
    """Run something with an open LiveKit."""
    return partial(run_with, settings)
