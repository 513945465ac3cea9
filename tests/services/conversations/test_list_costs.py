"""Costs in the list: one more query for a page, however many conversations it has."""

from decimal import Decimal
from typing import Any

from sqlalchemy import event

from app.config.prices import ModelPrice, Prices
from app.services.conversations.lists import listing
from app.services.conversations.lists.wanted import Wanted
from app.services.history.lists.walking import Place
from app.store.store import Store
from tests.support import conversations as talks
from tests.support.history import add
from tests.support.stores import Databases, in_store

NUMBER = 40
PRICE = ModelPrice(model="a", per_million_input_tokens=Decimal(1))
PRICES = Prices(currency="EUR", models=(PRICE,))


def test_one_query_for_all_rows(databases: Databases) -> None:
    async def work(store: Store) -> tuple[int, list[str]]:
        rows = [talks.conversation(f"AJ_{number}") for number in range(NUMBER)]
        usage = [talks.used(row, "a") | {"input_tokens": 3_000_000} for row in rows]
        await add(store, {talks.CONVERSATIONS: rows, talks.CONVERSATION_USAGE: usage})
        statements: list[str] = []

        def noted(_: Any, __: Any, statement: str, *___: Any) -> None:
            statements.append(statement)

        event.listen(store._readers.sync_engine, "before_cursor_execute", noted)
        found = await listing.page(store, Wanted(), Place(NUMBER), PRICES)
        asked = [each for each in statements if "conversation_usage" in each]
        return len(asked), [str(each.cost) for each in found.rows]

    assert in_store(databases.migrated(), work) == (1, ["3.00 EUR"] * NUMBER)


def test_no_query_without_prices(databases: Databases) -> None:
    async def work(store: Store) -> object:
        row = talks.conversation("AJ_1")
        usage = [talks.used(row, "a")]
        await add(store, {talks.CONVERSATIONS: [row], talks.CONVERSATION_USAGE: usage})
        found = await listing.page(store, Wanted(), Place(NUMBER))
        return found.rows[0].cost

    assert in_store(databases.migrated(), work) is None
