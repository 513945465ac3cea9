"""What real failures of a database become: a StoreError with a reason and advice."""

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from app.store.errors import StoreBusy, StoreFull, StoreReadOnly, StoreUnavailable
from app.store.migrating import migrate
from app.store.store import Store, driver_ended
from tests.support.stores import in_store

HEAD = "INSERT INTO audit_head (id, audit_id, hash) VALUES (1, 1, {})"


async def run(store: Store, *statements: str, then: Exception | None = None) -> None:
    """Run statements in one transaction that writes, and raise what is given at its end."""
    async with store.write() as connection:
        for statement in statements:
            await connection.execute(text(statement))
        if then is not None:
            raise then


def test_a_full_disk(tmp_path: Path) -> None:
    async def work(store: Store) -> None:
        with pytest.raises(StoreFull):
            # the database keeps the pages that it has
            await run(
                store, "PRAGMA max_page_count = 1", "CREATE TABLE x AS SELECT randomblob(9999999)"
            )

    in_store(f"sqlite:///{tmp_path}/full.db", work)


def test_a_file_that_may_not_be_written(tmp_path: Path) -> None:
    async def work(store: Store) -> None:
        with pytest.raises(StoreReadOnly):
            await run(store, "PRAGMA query_only = ON", "CREATE TABLE one (id INTEGER)")

    in_store(f"sqlite:///{tmp_path}/read.db", work)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    file.write_text("no database, " * 1000)

    others = threading.enumerate()

    async def work() -> None:
        store = Store(f"sqlite:///{file}")
        try:
            with pytest.raises(StoreUnavailable):
                await migrate(store)
        finally:
            await store.close()
            await driver_ended(others)

    asyncio.run(work())


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    others = threading.enumerate()

    async def work() -> None:
        store = Store(f"sqlite:///{tmp_path}/missing/x.db")
        try:
            with pytest.raises(StoreUnavailable):
                await migrate(store)
        finally:
            await store.close()
            await driver_ended(others)

    asyncio.run(work())


def test_a_lock_of_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "locked.db"
    monkeypatch.setattr("app.store.dialects.BUSY_SECONDS", 0)

    async def work(store: Store) -> None:
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy):
            await run(store)
        other.close()

    in_store(f"sqlite:///{file}", work)


def test_our_own_mistakes_are_not_failures_of_the_database(database: str) -> None:
    async def work(store: Store) -> None:
        with pytest.raises((OperationalError, ProgrammingError)):
            await run(store, "SELECT * FROM nowhere")
        with pytest.raises(IntegrityError):
            await run(store, HEAD.format("NULL"))

    in_store(database, work)


def test_no_error_repeats_values(database: str) -> None:
    async def work(store: Store) -> None:
        with pytest.raises((OperationalError, ProgrammingError)) as raised:
            async with store.read() as connection:
                await connection.execute(text("SELECT :x FROM nowhere"), {"x": "zebra-9"})
        assert "zebra-9" not in str(raised.value)

    in_store(database, work)


def test_a_transaction_that_fails_leaves_nothing(database: str) -> None:
    async def work(store: Store) -> None:
        with pytest.raises(RuntimeError):
            await run(store, HEAD.format("'x'"), then=RuntimeError())
        async with store.read() as connection:
            assert (await connection.execute(text("SELECT * FROM audit_head"))).all() == []

    in_store(database, work)


def test_a_transaction_that_takes_too_long_ends(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.store.TIMEOUT", 0.2)

    async def work(store: Store) -> None:
        with pytest.raises(StoreBusy):
            async with store.write():
                await asyncio.sleep(5)
        assert await store.problem() is None

    in_store(database, work)
