"""The audit's chain: it is sound while nobody touches it, and shows every change."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import RowMapping, text

from app.services.audit import verifying
from app.services.audit.listing import Wanted, page, steps
from app.services.audit.pruning import prune
from app.services.audit.rows import AuditRow
from app.services.audit.verifying import Verified, verify
from app.services.audit.writing import add
from app.store.store import Store
from tests.support.stores import in_store

HOSTILE = {"room": "a\0b\ud800 'x\" <b>\u202e", "identity": "é" * 500}


def row(number: int, outcome: str = "done", **values: Any) -> AuditRow:
    own: dict[str, Any] = {
        "action": "room.close",
        "target": {"room": f"room-{number}"},
        "actor": "ada",
    }
    at = datetime(2026, 1, 1, 12, 0, number % 60, number, UTC)
    return AuditRow(at=at, act=f"{number:032x}", outcome=outcome, **{**own, **values})


async def filled(store: Store, count: int = 6) -> None:
    for number in range(count):
        await add(store, row(number))


def test_a_chain_is_sound(database: str) -> None:
    async def work(store: Store) -> Verified:
        await filled(store)
        await add(store, row(7, facts={"names": ["x", None, 1.5]}, target=HOSTILE))
        return await verify(store)

    assert in_store(database, work) == Verified(7)


def test_an_empty_one_too(database: str) -> None:
    assert in_store(database, verify) == Verified(0)


@pytest.mark.parametrize(
    ("statement", "entry"),
    [
        ("UPDATE audit SET actor = 'eve' WHERE id = 3", 3),
        ("UPDATE audit SET at = at + 1 WHERE id = 1", 1),
        ("UPDATE audit SET status = 200 WHERE id = 6", 6),
        ("DELETE FROM audit WHERE id = 3", 4),
        ("DELETE FROM audit WHERE id = 1", None),
        ("DELETE FROM audit WHERE id = 6", 5),
        ("DELETE FROM audit", 0),
        ("DELETE FROM audit_head", 6),
    ],
)
def test_a_change_shows(database: str, statement: str, entry: int | None) -> None:
    async def work(store: Store) -> Verified:
        await filled(store)
        async with store.write() as connection:
            await connection.execute(text(statement))
        return await verify(store)

    found = in_store(database, work)
    assert found.fault
    assert found.row == entry


def test_rows_added_at_once_stay_in_one_chain(database: str) -> None:
    async def work(store: Store) -> Verified:
        await asyncio.gather(*(add(store, row(number)) for number in range(20)))
        return await verify(store)

    assert in_store(database, work) == Verified(20)


def test_pruning_leaves_an_anchor_and_is_an_entry(database: str) -> None:
    async def work(store: Store) -> None:
        await filled(store)
        pruner = AuditRow(datetime.now(UTC), "f" * 32, "", "", {}, actor="eve")
        assert await prune(store, 1, pruner) == 6
        assert await prune(store, 1, pruner) == 0
        found = (await page(store, Wanted(), 50)).entries
        assert [(one.action, one.actor, one.facts["rows"]) for one in found] == [
            ("audit.prune", "eve", 6)
        ]
        assert await verify(store) == Verified(1, anchored=True)
        await add(store, row(8))
        assert await verify(store) == Verified(2, anchored=True)

    in_store(database, work)


@pytest.mark.parametrize(
    ("clocks", "removed"),
    [
        ("old old new old new", 2),  # a wrong clock takes no newer row along
        ("old next old new", 3),  # nor does it keep rows forever
        ("next next", 0),
        ("new old", 0),
    ],
)
def test_pruning_survives_wrong_clocks(database: str, clocks: str, removed: int) -> None:
    now = datetime.now(UTC)
    times = {"old": now - timedelta(days=9), "new": now, "next": now + timedelta(days=999)}

    async def work(store: Store) -> int:
        for number, clock in enumerate(clocks.split()):
            await add(store, replace(row(number), at=times[clock]))
        count = await prune(store, 1, AuditRow(now, "f" * 32, "", "", {}))
        assert not (await verify(store)).fault
        return count

    assert in_store(database, work) == removed


def test_pruning_while_it_is_verified_is_no_fault(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "BATCH", 4)
    read, reads = verifying._after, []
    pruner = AuditRow(datetime.now(UTC), "f" * 32, "", "", {})

    async def after(store: Store, number: int) -> list[RowMapping]:
        reads.append(number)
        if len(reads) == 2:
            await prune(store, 1, pruner)
        return await read(store, number)

    async def work(store: Store) -> Verified:
        await filled(store)
        for number in range(6, 10):
            await add(store, replace(row(number), at=datetime.now(UTC)))
        monkeypatch.setattr(verifying, "_after", after)
        return await verify(store)

    assert in_store(database, work) == Verified(5, anchored=True)


def test_names_of_any_kind_are_stored(database: str) -> None:
    async def work(store: Store) -> None:
        number = await add(store, row(1, target=HOSTILE, actor="x" * 999, reason="\ud800\0"))
        (entry,) = await steps(store, number)
        assert entry.target == HOSTILE
        assert entry.actor == "x" * 200
        assert len((await page(store, Wanted(q=HOSTILE["room"]), 5)).entries) == 1

    in_store(database, work)
