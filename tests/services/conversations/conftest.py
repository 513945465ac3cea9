"""Another backend of OpenTelemetry."""

from collections.abc import Iterator

import pytest

from tests.support.collector import Collector


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A backend that takes everything."""
    with Collector() as running:
        yield running
