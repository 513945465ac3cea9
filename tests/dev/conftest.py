"""What the tests of the stand-in worker share."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.dev.jobs import Jobs


@pytest.fixture
def jobs(livekit: Callable[..., Any]) -> Jobs:
    """Egress jobs on the shared server."""
    return Jobs(livekit)
