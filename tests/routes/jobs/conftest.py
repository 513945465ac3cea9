"""A dashboard with a store, on each database, whose jobs no process runs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from tests.support.dashboard import Dashboard
from tests.support.job_rows import ItemRow, add_job
from tests.support.stores import Databases
from tests.support.tokens import give_token, program
from tests.support.visitor import Visitor

HOSTILE = '<script>alert(1)</script> "x" \u202e\'&'


@dataclass(frozen=True)
class Worked:
    """A dashboard, who looks at it, and what adds a job to its store."""

    dashboard: Dashboard
    url: str
    admin: Visitor

    def add(self, *items: ItemRow, **own: Any) -> str:
        """Add a job, and return its ID."""
        return add_job(self.url, items=items, **own)

    def role(self, role: str, *permissions: str) -> Visitor:
        """Return a program of somebody with this role, with these permissions if there are any."""
        given = give_token(self.dashboard, role, list(permissions) or None)
        return program(self.dashboard, given)


@pytest.fixture(scope="module")
def worked(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> Worked:
    """A dashboard for all tests of a file."""
    return _worked(databases, start_dashboard)


@pytest.fixture
def fresh(databases: Databases, start_dashboard: Callable[..., Dashboard]) -> Worked:
    """A dashboard without any job, for one test."""
    return _worked(databases, start_dashboard)


def _worked(databases: Databases, start: Callable[..., Dashboard]) -> Worked:
    url = databases.new()
    dashboard = start(database_url=url)
    return Worked(dashboard, url, dashboard.visitor())


done = partial(ItemRow, status="done")
failed = partial(ItemRow, status="failed", detail="the room is locked")
skipped = partial(ItemRow, status="skipped", detail="canceled")
