"""The list of acts: one row an act, any filter, and pages by keyset."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.errors import NotFound
from app.services.audit.listing import SKEW, Wanted, every, page, steps
from app.services.audit.rows import AuditRow
from app.services.audit.writing import add
from app.store.store import Store
from tests.support.stores import in_store

START = datetime(2026, 1, 1, tzinfo=UTC)


def row(number: int, outcome: str, **values: Any) -> AuditRow:
    own: dict[str, Any] = {
        "action": "room.close",
        "target": {"room": f"room-{number % 3}"},
        "actor": "ada",
    }
    at = START + timedelta(minutes=number)
    own["request_id"] = "0123abcd" if number == 3 else "ffff"
    return AuditRow(at=at, act=f"{number:032x}", outcome=outcome, **{**own, **values})


async def filled(store: Store, count: int = 10) -> None:
    """Add so many acts; the last one has no outcome."""
    for number in range(count):
        await add(store, row(number, "attempted"))
        if number < count - 1:
            await add(store, row(number, "failed" if number == 4 else "done"))


def test_an_act_is_one_row_with_its_outcome(database: str) -> None:
    async def work(store: Store) -> None:
        await filled(store)
        found = (await page(store, Wanted(), 50)).entries
        assert [int(one.act, 16) for one in found] == list(range(9, -1, -1))
        assert [one.outcome for one in found][:2] == ["attempted", "done"]
        both = await steps(store, found[1].id)
        assert [one.outcome for one in both] == ["attempted", "done"]
        with pytest.raises(NotFound):
            await steps(store, 12345)

    in_store(database, work)


@pytest.mark.parametrize(
    ("wanted", "acts"),
    [
        (Wanted(outcome="failed"), [4]),
        (Wanted(outcome="attempted"), [9]),
        (Wanted(actor="ada", area="room"), [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]),
        (Wanted(actor="eve"), []),
        (Wanted(action="room.open"), []),
        (Wanted(q="room-1"), [7, 4, 1]),
        (Wanted(kind="room", q="room-1", outcome="done"), [7, 1]),
        (Wanted(kind="trunk", q="room-1"), []),
        (Wanted(since=START + timedelta(minutes=8)), [9, 8]),
        (Wanted(until=START + timedelta(minutes=2)), [1, 0]),
        (Wanted(since=START + timedelta(days=1)), []),
        (Wanted(until=START), []),
        (Wanted(q="0123abcd"), [3]),
        (Wanted(actor="a\0b\ud800", area="\0", action="\0", address="\0", server="\0"), []),
        (Wanted(kind="\0", q="room-1"), []),
    ],
)
def test_filters(database: str, wanted: Wanted, acts: list[int]) -> None:
    async def work(store: Store) -> list[int]:
        await filled(store)
        return [int(one.act, 16) for one in (await page(store, wanted, 50)).entries]

    assert in_store(database, work) == acts


def test_a_wrong_clock_hides_no_other_act(database: str) -> None:
    hour = timedelta(hours=1)

    async def work(store: Store) -> None:
        for number in range(1, 9):
            await add(store, replace(row(number, "done"), at=START + number * hour))
        await add(store, replace(row(9, "done"), at=START + 4 * hour - SKEW))  # hours late
        found = (await page(store, Wanted(since=START + 4 * hour), 50)).entries
        assert [int(one.act, 16) for one in found] == [8, 7, 6, 5, 4]

    in_store(database, work)


def test_pages_follow_each_other_both_ways(database: str) -> None:
    async def work(store: Store) -> None:
        await filled(store)
        first = await page(store, Wanted(), 4)
        assert [int(one.act, 16) for one in first.entries] == [9, 8, 7, 6]
        assert first.newer is None
        second = await page(store, Wanted(), 4, before=first.older)
        assert [int(one.act, 16) for one in second.entries] == [5, 4, 3, 2]
        await add(store, row(10, "done"))  # a new act moves no row to another page
        third = await page(store, Wanted(), 4, before=second.older)
        assert [int(one.act, 16) for one in third.entries] == [1, 0]
        assert third.older is None
        back = await page(store, Wanted(), 4, after=third.newer)
        assert [int(one.act, 16) for one in back.entries] == [5, 4, 3, 2]
        newest = await page(store, Wanted(), 50, after=back.newer)
        assert [int(one.act, 16) for one in newest.entries] == [10, 9, 8, 7, 6]
        assert newest.newer is None

    in_store(database, work)


def test_all_of_them_come_in_parts(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.audit.listing.BATCH", 3)

    async def work(store: Store) -> list[int]:
        await filled(store)
        return [int(one.act, 16) async for one in every(store, Wanted())]

    assert in_store(database, work) == list(range(9, -1, -1))


def test_an_act_on_many_is_in_the_history_of_each(database: str) -> None:
    async def work(store: Store) -> None:
        await filled(store, 3)
        bulk: dict[str, Any] = {"action": "rooms.delete", "target": {}, "actor": "ada"}
        await add(store, row(7, "attempted", **bulk))
        outcomes = {"room-2": "deleted", "room-9": "It is gone.", "7": "deleted"}
        people = {"eve": "muted", "room-2": "muted"}
        facts = {"rooms": outcomes, "participants": people}
        await add(store, row(7, "done", **bulk, facts=facts))

        async def acts(q: str, kind: str = "") -> list[int]:
            found = await page(store, Wanted(q=q, kind=kind), 50)
            return [int(one.act, 16) for one in found.entries]

        assert await acts("room-2", "room") == [7, 2]
        assert await acts("room-2") == [7, 2]
        assert await acts("room-9", "room") == [7]
        assert await acts("eve", "identity") == [7]
        assert await acts("eve", "room") == []

    in_store(database, work)
