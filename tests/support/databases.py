"""The fixtures of the store's tests: each test that uses one runs on both kinds of database."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dev.postgres import Postgres
from tests.support.stores import Databases

KINDS = ["sqlite", "postgresql"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The run's PostgreSQL: postgres.create(name), postgres.run(statement, name)."""
    with Postgres() as running:
        yield running


@pytest.fixture(scope="session", params=KINDS)
def databases(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Databases:
    """Empty databases, databases.new(); each test that uses it runs on both kinds."""
    return databases_of(request.param, request, tmp_path_factory.mktemp("store"))


def databases_of(kind: str, request: pytest.FixtureRequest, folder: Path) -> Databases:
    """Return what makes databases of a kind; PostgreSQL starts with the first of its own."""
    own = request.getfixturevalue("postgres") if kind == "postgresql" else None
    return Databases(kind, own, folder)


@pytest.fixture
def database(databases: Databases) -> str:
    """The DATABASE_URL of an empty database of the test's own."""
    return databases.new()
