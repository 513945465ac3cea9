"""The fixtures of the store's tests: each test that uses one runs on both kinds of database."""

from collections.abc import Iterator
from typing import Any

import pytest

from dev.postgres import Postgres
from tests.support.stores import Databases


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The run's PostgreSQL: postgres.create(name), postgres.run(statement, name)."""
    with Postgres() as running:
        yield running


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path_factory: Any) -> Databases:
    """Empty databases, databases.new(); each test that uses it runs on both kinds."""
    folder = tmp_path_factory.mktemp("store")
    if request.param == "sqlite":
        return Databases("sqlite", folder=folder)
    return Databases("postgresql", request.getfixturevalue("postgres"), folder)


@pytest.fixture
def database(databases: Databases) -> str:
    """The DATABASE_URL of an empty database of the test's own."""
    return databases.new()
