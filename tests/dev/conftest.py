"""What the tests of the stand-in worker share."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dev.workers import Standin
from tests.dev.jobs import Jobs
from tests.dev.phones import Phones


@pytest.fixture
def jobs(livekit: Callable[..., Any]) -> Jobs:
    """Egress jobs on the shared server."""
    return Jobs(livekit)


@pytest.fixture
def phones(livekit: Callable[..., Any], standin: Standin) -> Iterator[Phones]:
    """Calls, trunks and rules on the shared server; trunks and rules are gone afterwards."""
    made = Phones(livekit, standin)
    yield made
    made.clean_up()


@pytest.fixture
def carrier(phones: Phones) -> str:
    """The id of a trunk to call out by."""
    return phones.outbound_trunk(auth_username="dash", auth_password="trunk-secret-1")
