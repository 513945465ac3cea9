"""What is wrong at the provider is found before the store is asked: one database is enough."""

import pytest

from tests.support.stores import Databases


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Empty databases, files of SQLite."""
    return Databases("sqlite", folder=tmp_path_factory.mktemp("store"))
