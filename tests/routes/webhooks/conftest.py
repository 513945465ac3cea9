"""Dashboards whose feed is looked at: a new one without a store, one on each database."""

from collections.abc import Callable

import pytest

from tests.support.dashboard import Dashboard
from tests.support.stores import Databases


@pytest.fixture(scope="module")
def fresh(start_dashboard: Callable[..., Dashboard]) -> Dashboard:
    """A dashboard without a store that has received nothing yet."""
    return start_dashboard()


@pytest.fixture(scope="module")
def stored(start_dashboard: Callable[..., Dashboard], databases: Databases) -> Dashboard:
    """A dashboard with a store, on each database."""
    return start_dashboard(database_url=databases.new())
