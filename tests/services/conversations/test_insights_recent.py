"""Insights of pages that refresh are counted again only if something changed."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from app.live.hub import Hub
from app.services.conversations.deleting.deleting import delete_some
from app.services.conversations.insights import recent
from app.services.conversations.insights.reading import Insights
from app.services.conversations.insights.recent import Recent
from app.store.schema import CONVERSATIONS
from app.store.store import Store
from tests.support.insights import TALKS, add, insights
from tests.support.stores import in_store


class Counting:
    """A page that asks again and again."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.recent = Recent()
        self.times = 0

    async def ask(self, question: str = "all", *, again: bool = True) -> Insights:
        """Ask a question."""
        return await self.recent.insights(self.store, question, self._count, again=again)

    async def _count(self) -> Insights:
        self.times += 1
        return await insights(self.store)

    async def hear(self, at: datetime) -> None:
        """Let an upload have come."""
        async with self.store.write() as connection:
            heard = update(CONVERSATIONS).where(CONVERSATIONS.c.job == "a")
            await connection.execute(heard.values(heard_at=at))


def test_only_what_changed_is_counted_again(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "SHARE", 0)

    async def work(store: Store) -> None:
        await add(store, *TALKS)
        page = Counting(store)
        first = await page.ask()
        for _ in range(3):
            assert await page.ask() is first
        assert page.times == 1
        await page.hear(datetime(2026, 11, 20, 12, 31, tzinfo=UTC))
        assert await page.ask() is not first
        assert page.times == 2
        keys = await delete_some(store, Hub(), CONVERSATIONS.c.job == "b")
        assert len(keys) == 1
        found = await page.ask()
        assert page.times == 3
        assert found.total.numbers["conversations"] == len(TALKS) - 1

    in_store(database, work)


def test_somebody_who_opens_the_page_gets_what_is_true_now(database: str) -> None:
    async def work(store: Store) -> None:
        page = Counting(store)
        assert not (await page.ask()).total.numbers["conversations"]
        await add(store, replace(TALKS[0], job="new"))
        assert (await page.ask(again=False)).total.numbers["conversations"] == 1
        assert (await page.ask()).total.numbers["conversations"] == 1
        assert page.times == 2

    in_store(database, work)


def test_uploads_without_end_are_counted_a_share_of_the_time(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recent, "SHARE", 1_000_000)

    async def work(store: Store) -> None:
        await add(store, *TALKS)
        page = Counting(store)
        for minute in range(5):
            await page.hear(datetime(2026, 11, 20, 13, minute, tzinfo=UTC))
            await page.ask()
        assert page.times == 1
        monkeypatch.setattr(recent, "LONGEST", 0.0)
        await page.ask()
        assert page.times == 1, "however long counting took"
        monkeypatch.setattr(recent, "SHARE", 0)
        await page.ask()
        assert page.times == 2

    in_store(database, work)


def test_pages_that_ask_together_wait_for_one_answer(database: str) -> None:
    async def work(store: Store) -> None:
        page = Counting(store)
        found = await asyncio.gather(*(page.ask() for _ in range(8)))
        assert page.times == 1
        assert {id(each) for each in found} == {id(found[0])}

    in_store(database, work)


def test_pages_with_other_filters_keep_their_answers(database: str) -> None:
    async def work(store: Store) -> None:
        page = Counting(store)
        for number in (*range(50), *range(50)):
            await page.ask(str(number))
        assert page.times == 50

    in_store(database, work)


def test_few_answers_are_remembered(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "MOST", 8)

    async def work(store: Store) -> None:
        page = Counting(store)
        for number in (*range(recent.MOST + 1), 0):
            await page.ask(str(number))
        assert page.times == recent.MOST + 2

    in_store(database, work)
