"""Tries count as long as they should, and what is good only once is accepted once."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from app.services.accounts import tries
from app.store.schema import TRIES
from app.store.store import Store
from tests.support.stores import in_store

QUARTER = timedelta(minutes=15)


async def later(store: Store, by: timedelta) -> None:
    """Make all that was counted that much older: the clock can't be turned, its readings can."""
    async with store.read() as connection:
        rows = (await connection.execute(TRIES.select())).mappings().all()
    async with store.write() as connection:
        for row in rows:
            one = update(TRIES).where(TRIES.c.id == row["id"])
            await connection.execute(one.values(at=row["at"] - by))


def test_a_try_counts_for_its_window(database: str) -> None:
    async def counted(store: Store) -> list[bool]:
        found = []
        for by in (timedelta(0), timedelta(0), timedelta(minutes=14), timedelta(minutes=2)):
            await later(store, by)
            found.append((await tries.begin(store, {"a": 1}, QUARTER)).wait > 0)
        return found

    assert in_store(database, counted) == [False, True, True, False]


def test_the_wait_is_what_is_left_of_the_window(database: str) -> None:
    async def counted(store: Store) -> float:
        await tries.begin(store, {"a": 1}, QUARTER)
        await later(store, timedelta(minutes=5))
        return (await tries.begin(store, {"a": 1}, QUARTER)).wait

    assert 590 < in_store(database, counted) <= 600


def test_once_is_once_for_all_instances(database: str) -> None:
    async def claimed(store: Store) -> list[bool]:
        other = Store(database)
        other.ready = True
        until = datetime.now(UTC) + timedelta(minutes=5)
        try:
            found = await asyncio.gather(
                *(tries.once(s, "challenge", until) for s in [store, other] * 4)
            )
            await tries.begin(store, {"somebody else": 5})
            found.append(await tries.once(store, "challenge", until))
            return [*found, await tries.once(store, "another", until)]
        finally:
            await other.close()

    assert sorted(in_store(database, claimed)) == [False] * 8 + [True] * 2
