"""A dashboard with a store and a storage, on each database, and what it has of conversations."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from app.store.store import Store
from tests.support.dashboard import Dashboard
from tests.support.stores import Databases, in_store

Rows = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the storage."""
    return tmp_path_factory.mktemp("files")


@pytest.fixture(scope="module")
def stored(
    start_dashboard: Callable[..., Dashboard], databases: Databases, files: Path
) -> Dashboard:
    """A dashboard to which agents upload, on each database."""
    return start_dashboard(database_url=databases.new(), storage_url=f"file://{files}")


@pytest.fixture
def rows(stored: Dashboard) -> Rows:
    """Return what the store has of a job: rows(table, job)."""

    def found(table: Table, job: str) -> list[dict[str, Any]]:
        async def work(store: Store) -> list[dict[str, Any]]:
            async with store.read() as connection:
                query = select(table).where(table.c.job == job).order_by(*table.primary_key)
                return [dict(row) for row in (await connection.execute(query)).mappings()]

        return in_store(stored.settings.stored_in, work)

    return found
