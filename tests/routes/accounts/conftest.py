"""A dashboard with accounts; each test runs on both databases."""

from collections.abc import Callable

import pytest

from tests.support.dashboard import Dashboard
from tests.support.stores import Databases


@pytest.fixture(scope="module")
def accounts(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    """A dashboard with a store in which nobody has an account yet."""
    return start_dashboard(database_url=databases.new())
