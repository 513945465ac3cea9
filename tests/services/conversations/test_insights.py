"""Insights: what is counted one by one, and what is added up from hours and days, agree."""

from collections import Counter
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import delete, insert, update

from app.services.conversations.insights import reading
from app.services.conversations.insights.figures import (
    MOST_NAMES,
    OTHER,
    TOP,
    Figures,
    of_stored,
    percentile,
)
from app.services.conversations.insights.reading import Insights, Wanted
from app.services.conversations.insights.rolling import roll
from app.services.conversations.usage import COUNTED
from app.services.usage.periods import Range, up_to
from app.store.schema import CONVERSATIONS, COVERAGE
from app.store.store import Store
from tests.support.insights import NOW, TALKS, Talk, add, ago, insights
from tests.support.stores import in_store


def plain(figures: Figures) -> Any:
    """Return figures to compare, without those that are nothing, and delays by their number."""
    stored = figures.stored()
    stored["delays"] = {stage: sum(steps[1::2]) for stage, steps in stored["delays"].items()}
    return {
        name: {key: n for key, n in value.items() if n} if isinstance(value, dict) else value
        for name, value in stored.items()
    }


@pytest.mark.parametrize(
    ("wanted", "jobs"),
    [
        (Wanted(), "abcdef"),
        (Wanted(agent="desk"), "abc"),
        (Wanted(agent="desk", version="v1"), "ac"),
        (Wanted(model="small"), "ac"),
        (Wanted(model="small", version="v2"), ""),
        (Wanted(agent="des"), ""),
    ],
)
def test_exact_and_stored_figures_agree(
    database: str, monkeypatch: pytest.MonkeyPatch, wanted: Wanted, jobs: str
) -> None:
    async def work(store: Store) -> tuple[Insights, Insights]:
        await add(store, *TALKS)
        await roll(store, "default", NOW)
        exact = await insights(store, wanted)
        monkeypatch.setattr(reading, "FEW", -1)
        return exact, await insights(store, wanted)

    exact, stored = in_store(database, work)
    assert exact.now.exact
    assert not stored.now.exact
    assert exact.total.numbers["conversations"] == len(jobs)
    assert [plain(each) for each in exact.now.steps] == [plain(each) for each in stored.now.steps]
    assert exact.now.groups.keys() == stored.now.groups.keys()
    assert exact.lists == stored.lists
    assert exact.choices == stored.choices


def test_each_figure(database: str) -> None:
    async def work(store: Store) -> Insights:
        await add(store, *TALKS)
        return await insights(store)

    found = in_store(database, work)
    total = found.total
    assert total.numbers == Counter(
        conversations=6,
        ended=5,
        duration=5 * 60_000_000,
        turns=12,
        interruptions=3,
        interrupted=1,
        tool_calls=5,
        tool_failures=1,
        errors=3,
        with_errors=1,
    )
    assert total.outcomes == Counter({"": 4, "success": 1, "fail": 1})
    assert total.failures == Counter(llm=2, tts=1)
    assert total.calls == Counter(find=4, pay=1)
    assert +total.failed_calls == Counter(find=1)
    assert percentile(total.delays["response"], 0.5) == 1_100_000
    assert percentile(total.delays["response"], 0.95) == 2_000_000
    assert {model for _, _, model in total.usage} == {"small", "ears", "large"}
    assert [top.job for top in found.lists["slowest"]] == ["a"]
    assert [top.job for top in found.lists["failed"]] == ["d", "e"], "the newest first"
    assert [top.job for top in found.lists["interrupted"]] == ["b"]
    assert found.choices == {
        "agent": ["desk", "sales"],
        "version": ["v1", "v2"],
        "model": ["ears", "large", "small"],
    }


def test_only_hours_that_changed_are_counted_again(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "FEW", -1)
    own = CONVERSATIONS.c

    async def work(store: Store) -> list[Any]:
        await add(store, *TALKS)
        seen: list[Any] = [await roll(store, "default", NOW)]
        later = NOW + timedelta(minutes=5)
        seen.append(await roll(store, "default", later))
        async with store.write() as connection:  # it ends, and nothing more is uploaded
            ended = update(CONVERSATIONS).where(own.job == "f")
            await connection.execute(ended.values(ended_at=NOW, duration=30_000_000))
        seen.append(await roll(store, "default", later))
        async with store.write() as connection:  # an upload
            heard = update(CONVERSATIONS).where(own.job == "a")
            await connection.execute(heard.values(heard_at=later, interruptions=7))
        seen.append(await roll(store, "default", later + timedelta(minutes=5)))
        async with store.write() as connection:
            await connection.execute(delete(CONVERSATIONS).where(own.job.in_(["a", "d"])))
        seen.append(await roll(store, "default", later + timedelta(minutes=10)))
        found = await insights(store, now=later + timedelta(minutes=10))
        return [*seen, found.total.numbers]

    *counted, numbers = in_store(database, work)
    assert counted == [5, 0, 1, 1, 2]
    assert numbers["conversations"] == 4
    assert numbers["ended"] == 4
    assert numbers["interruptions"] == 3


def test_the_time_before_is_compared_only_if_it_is_known(database: str) -> None:
    async def work(store: Store) -> list[Insights]:
        await add(store, Talk("a", ago(hours=1)), Talk("b", ago(days=9)), Talk("c", ago(days=10)))
        found = [await insights(store)]
        async with store.write() as connection:
            watched = {"server": "default", "began_at": ago(days=30), "until_at": NOW}
            await connection.execute(insert(COVERAGE), [watched])
        found.append(await insights(store))
        period = up_to(NOW, Range.WEEK, UTC)
        found.append(await reading.read(store, "default", period, ago(days=3), Wanted()))
        return found

    unwatched, watched, short = in_store(database, work)
    assert unwatched.before is None
    assert unwatched.gaps
    assert watched.before is not None
    assert watched.before.numbers["conversations"] == 2
    assert not watched.gaps
    assert short.before is None, "it is no longer kept"
    assert [(gap.since, gap.until) for gap in short.gaps] == [(short.period.since, ago(days=3))]


def test_a_month_is_read_by_days(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FEW", -1)

    async def work(store: Store) -> Insights:
        await add(store, *(Talk(f"j{n}", ago(hours=7 * n + 1), "desk") for n in range(90)))
        await roll(store, "default", NOW)
        return await insights(store, length=Range.MONTH)

    found = in_store(database, work)
    assert sum(each.numbers["conversations"] for each in found.now.steps) == 90
    assert max(each.numbers["conversations"] for each in found.now.steps) == 4


@given(some.lists(some.integers(1, 60_000_000), min_size=1), some.floats(0.01, 1))
def test_estimated_percentiles_are_close(delays: list[int], share: float) -> None:
    figures = Figures()
    for delay in delays:
        figures.delay("response", delay)
    exact = percentile(figures.delays["response"], share)
    read = of_stored({**figures.stored(), "lists": {}})
    estimated = percentile(read.delays["response"], share)
    assert exact is not None
    assert estimated is not None
    assert abs(estimated - exact) <= max(0.025 * exact, 1_000)


def test_rare_names_are_together_and_nothing_is_lost() -> None:
    figures = Figures()
    for number in range(3 * MOST_NAMES):
        figures.calls[f"tool {number}"] += 3 * MOST_NAMES - number
        figures.failed_calls[f"tool {number}"] += 1
        figures.use(("llm", "p", f"model {number}"), [number] * len(COUNTED))
    figures.top("slowest", [(n, f"job {n}") for n in range(3 * TOP)])
    read = of_stored(figures.stored())
    assert len(read.calls) == MOST_NAMES + 1
    assert read.calls["tool 0"] == 3 * MOST_NAMES
    assert read.calls.total() == figures.calls.total()
    assert read.failed_calls[OTHER] == 2 * MOST_NAMES
    assert len(read.usage) == MOST_NAMES + 1
    assert sum(counted[0] for counted in read.usage.values()) == sum(range(3 * MOST_NAMES))
    assert [value for value, _ in read.lists["slowest"]] == [14, 13, 12, 11, 10]
