"""A way to LiveKit with a relay in it, a fake `lk`; and hypothesis may take its time."""

from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from app.config.settings import Settings, load_settings
from dev.stack import Stack
from tests.services.flights import Run, T, run_with
from tests.services.shells import fake_lk
from tests.support.fault import Relay

# a busy machine is no failure
hypothesis_settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("unhurried")


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


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an `lk` that tells what reached it, for `ran`."""
    folder = tmp_path_factory.mktemp("bin")
    fake_lk(folder)
    return folder
