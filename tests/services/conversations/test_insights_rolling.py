"""Insights: hours are counted one by one, and what was not counted is unknown."""

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from app.services.conversations.insights import reading, rolling
from app.services.conversations.insights.counting import counted
from app.services.conversations.insights.reading import Insights
from app.services.conversations.insights.rolling import roll
from app.store import migrating, upgrading
from app.store.errors import StoreUnavailable
from app.store.schema import CONVERSATIONS, COVERAGE
from app.store.store import Store
from tests.support.insights import NOW, TALKS, Talk, add, ago, insights
from tests.support.stores import Databases, in_store

HOUR = timedelta(hours=1)
LATER = NOW + timedelta(minutes=5)


@pytest.mark.alone
def test_each_hour_is_counted_without_keeping_others_from_writing(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rolling, "TOGETHER", 1)
    written = 0

    async def work(store: Store) -> list[int]:
        await add(store, *TALKS)

        async def watched(*given: Any) -> Any:
            nonlocal written
            async with asyncio.timeout(2), store.write() as connection:  # an upload
                await connection.execute(update(CONVERSATIONS).values(address="127.0.0.1"))
            written += 1
            return await counted(*given)

        monkeypatch.setattr(rolling, "counted", watched)
        return [await roll(store, "default", NOW), await roll(store, "default", LATER)]

    assert in_store(database, work) == [5, 0]
    assert written == len(TALKS)


def test_what_was_counted_before_a_failure_stays(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(store: Store) -> tuple[int, int]:
        await add(store, *TALKS)
        hours = 0

        async def slow(*given: Any) -> Any:
            nonlocal hours
            hours += 1
            if hours > 2:
                raise StoreUnavailable("It took too long.")
            return await counted(*given)

        monkeypatch.setattr(rolling, "counted", slow)
        with pytest.raises(StoreUnavailable):
            await roll(store, "default", NOW)
        monkeypatch.setattr(rolling, "counted", counted)
        return hours, await roll(store, "default", LATER)

    assert in_store(database, work) == (3, 3)


def test_an_hour_with_more_than_are_counted_is_not_counted_again(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rolling, "MOST", 1)

    async def work(store: Store) -> list[int]:
        await add(store, *TALKS, Talk("g", ago(hours=1, minutes=1)))
        return [await roll(store, "default", NOW), await roll(store, "default", LATER)]

    assert in_store(database, work) == [5, 0]


def test_hours_that_were_not_counted_are_unknown(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "FEW", -1)

    async def work(store: Store) -> list[Insights]:
        async with store.write() as connection:
            watched = {"server": "default", "began_at": ago(days=30), "until_at": NOW}
            await connection.execute(insert(COVERAGE), [watched])
        await add(store, *TALKS)
        found = [await insights(store)]
        await roll(store, "default", NOW)
        found.append(await insights(store))
        async with store.write() as connection:
            heard = update(CONVERSATIONS).where(CONVERSATIONS.c.job == "a")
            await connection.execute(heard.values(heard_at=NOW + HOUR))
        found.append(await insights(store))
        return found

    never, counted, late = in_store(database, work)
    hours = [ago(days=4), ago(days=2), ago(hours=30), ago(hours=2), ago(hours=1)]
    starts = [hour.replace(minute=0) for hour in hours]
    joined = [*((start, start + HOUR) for start in starts[:3]), (starts[3], starts[4] + HOUR)]
    assert [(gap.since, gap.until) for gap in never.gaps] == joined
    assert not counted.gaps
    assert [(gap.since, gap.until) for gap in late.gaps] == [(starts[4], starts[4] + HOUR)]


def test_hours_that_an_earlier_version_counted_are_counted_again(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = databases.new()
    earlier = tmp_path / "migrations"
    shutil.copytree(upgrading.HERE, earlier)
    for path in (earlier / "versions").glob("*.py"):
        if path.name >= "0009":
            path.unlink()

    async def count(store: Store) -> int:
        return await roll(store, "default", NOW)

    async def add_and_count(store: Store) -> list[int]:
        await add(store, *TALKS)
        return [await count(store), await count(store)]

    with monkeypatch.context() as patch:
        patch.setattr(upgrading, "HERE", earlier)
        patch.setattr(migrating, "VERSIONS", earlier / "versions")
        assert in_store(url, add_and_count) == [5, 0]
    assert in_store(url, count) == 5
    assert in_store(url, count) == 0
