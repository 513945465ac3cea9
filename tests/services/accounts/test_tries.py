"""Tries to sign in, counted in the store."""

import asyncio
import sqlite3
import time
from collections import Counter
from pathlib import Path

import pytest

from app.services.accounts import tries
from app.store.store import Store
from tests.support.stores import in_store


def test_parallel_ones_of_two_instances_dont_pass_the_limit(database: str) -> None:
    async def work(store: Store) -> None:
        other = Store(database)
        other.ready = True
        try:
            made = await asyncio.gather(
                *(tries.begin(each, {"a key": 10}) for each in (store, other) * 20)
            )
        finally:
            await other.close()
        assert Counter(bool(each.rows) for each in made) == {True: 10, False: 30}
        assert all(0 < each.wait <= 60 for each in made if not each.rows)

    in_store(database, work)


def test_a_right_one_isnt_counted(database: str) -> None:
    async def work(store: Store) -> None:
        for _ in range(5):
            made = await tries.begin(store, {"a key": 1})
            assert made.rows
            await tries.forget(store, made)

    in_store(database, work)


@pytest.mark.alone
def test_who_has_none_left_writes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "dashboard.db"

    async def work(store: Store) -> None:
        await tries.begin(store, {"a key": 1})
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        assert (await tries.begin(store, {"a key": 1})).wait > 0
        assert time.monotonic() - began < 1  # a write waits five seconds for the lock
        other.close()

    in_store(f"sqlite:///{file}", work)
