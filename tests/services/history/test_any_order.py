"""History is a function of the set of webhooks: no order, duplicate or batch changes it."""

import asyncio
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, update

from app.services.history.projecting.facts import facts_of
from app.services.history.projecting.merging import merged
from app.services.history.projecting.reading import KeptEvent, read
from app.services.history.rows import KEYS, key_of
from app.store.schema import METADATA, WEBHOOK_EVENTS
from app.store.store import Store
from tests.support.stores import in_store
from tests.support.stories import stories
from tests.support.streams import Event, History, history, keep, kept, project_all

ONE_BY_ONE = st.sampled_from((1, 2, 7, 200))


def folded(events: list[Event]) -> dict[Any, Any]:
    """Merge what events report, one after another."""
    rows: dict[Any, Any] = {}
    for number, row in enumerate(kept(events)):
        own = {name: row[name] for name in KeptEvent.__slots__ if name != "id"}
        for fact in facts_of(read(KeptEvent(id=number, **own))):
            key = (fact.table.name, *key_of(fact.table, fact.row))
            rows[key] = merged(fact.table.name, rows.get(key, fact.row), fact.row)
    return rows


@settings(max_examples=150)
@given(events=stories(), data=st.data())
def test_reports_merge_in_any_order(events: list[Event], data: st.DataObject) -> None:
    some = data.draw(st.lists(st.sampled_from(events), unique_by=id))
    shuffled = data.draw(st.permutations(some + data.draw(st.lists(st.sampled_from(some or [{}])))))
    assert folded([event for event in shuffled if event]) == folded(some)


def test_stores_agree_in_any_order(database: str) -> None:
    in_store(database, _nothing)

    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(events=stories(), data=st.data(), together=ONE_BY_ONE)
    def check(events: list[Event], data: st.DataObject, together: int) -> None:
        some = data.draw(st.lists(st.sampled_from(events), unique_by=id, min_size=1))
        shuffled = data.draw(st.permutations(some))
        first, second, again = asyncio.run(_both(database, some, shuffled, together))
        assert second == first
        assert again == first  # although every event was projected twice

    check()


async def _nothing(_: Store) -> None:
    pass


async def _both(
    url: str, one: list[Event], other: list[Event], together: int
) -> tuple[History, History, History]:
    store = Store(url)
    store.ready = True
    try:
        first = await _fresh(store, one, 200)
        second = await _fresh(store, other, together)
        async with store.write() as connection:
            await connection.execute(update(WEBHOOK_EVENTS).values(projected=False))
        await project_all(store)
        return first, second, await history(store)
    finally:
        await store.close()


async def _fresh(store: Store, events: list[Event], together: int) -> History:
    async with store.write() as connection:
        await connection.run_sync(_clear)
    await keep(store, events)
    await project_all(store, together)
    return await history(store)


def _clear(connection: Connection) -> None:
    for name in (*KEYS, WEBHOOK_EVENTS.name):
        connection.execute(delete(METADATA.tables[name]))
