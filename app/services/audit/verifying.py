"""Checks the chain of hashes: a row that was changed, removed or inserted breaks it."""

import json
from dataclasses import dataclass

from sqlalchemy import RowMapping, select

from app.services.audit.rows import FIRST, chained
from app.services.audit.writing import HEAD
from app.store.schema import AUDIT, AUDIT_HEAD
from app.store.store import Store

PRUNED = "audit.prune"
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Verified:
    """What the check found: how many rows it read, and the first fault; none in a sound chain.

    `anchored` is true if older rows were pruned, and a row of the audit says so.
    """

    rows: int
    fault: str = ""
    row: int | None = None  # where the fault is
    anchored: bool = False


async def verify(store: Store) -> Verified:
    """Read the whole audit, oldest row first. Raises StoreError.

    If rows are pruned meanwhile, the gap is no fault, and the audit is read again.
    """
    while True:
        oldest = await _oldest(store)
        found = await _verified(store)
        if not found.fault or oldest == await _oldest(store):
            return found


async def _verified(store: Store) -> Verified:
    previous, rows, last, begins = FIRST, 0, 0, ""
    anchors: set[str] = set()
    while batch := await _after(store, last):
        for row in batch:
            if rows == 0:
                previous = begins = row["previous"]
            if row["previous"] != previous:
                return Verified(rows, "a row before this one was removed or changed", row["id"])
            if row["hash"] != chained(previous, row):
                return Verified(rows, "this row was changed", row["id"])
            if row["action"] == PRUNED and row["outcome"] == "done":
                anchors.add(str(json.loads(row["facts"]).get("hash", "")))
            previous, last, rows = row["hash"], row["id"], rows + 1
    return await _ends(store, rows, last, previous, begins, anchors)


async def _ends(
    store: Store, rows: int, last: int, newest: str, begins: str, anchors: set[str]
) -> Verified:
    """Check both ends: what came before the first row, and that the last one is the newest."""
    pruned = begins not in {"", FIRST}
    if pruned and begins not in anchors:
        return Verified(rows, "the rows before the first one were removed")
    async with store.read() as connection:
        query = select(AUDIT_HEAD.c.audit_id, AUDIT_HEAD.c.hash).where(AUDIT_HEAD.c.id == HEAD)
        head = (await connection.execute(query)).first()
    if head is None and rows:
        return Verified(rows, "the record of the newest row was removed", last, pruned)
    # rows that were added since the last batch was read come after `last`
    if head is not None and (
        head.audit_id < last or (head.audit_id == last) != (head.hash == newest)
    ):
        return Verified(rows, "the newest row was changed", last, pruned)
    if head is not None and head.audit_id > last and not await _after(store, last):
        return Verified(rows, "the newest rows were removed", last, pruned)
    return Verified(rows, anchored=pruned)


async def _oldest(store: Store) -> int | None:
    async with store.read() as connection:
        query = select(AUDIT.c.id).order_by(AUDIT.c.id).limit(1)
        return (await connection.execute(query)).scalar()


async def _after(store: Store, number: int) -> list[RowMapping]:
    query = select(AUDIT).where(AUDIT.c.id > number).order_by(AUDIT.c.id).limit(BATCH)
    async with store.read() as connection:
        return list((await connection.execute(query)).mappings())
