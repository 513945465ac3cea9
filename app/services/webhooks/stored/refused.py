"""What all instances refused, webhooks or uploads: written to the store every few seconds.

Each kind of refusals has a table of its own, with the same columns.
"""

import asyncio

import structlog
from sqlalchemy import Table, delete, select

from app.services.audit.writing import storable
from app.services.webhooks.refusals import MOST, Refusals, Refused
from app.store.errors import StoreError
from app.store.schema import WEBHOOK_REFUSALS
from app.store.store import Store

EVERY = 3.0  # seconds
KEPT = 1_000  # kinds of refusals in the store; anybody can cause them

log = structlog.get_logger("webhooks")


async def keep(store: Store, refusals: Refusals, table: Table = WEBHOOK_REFUSALS) -> None:
    """Write what was counted to the store, again and again, until cancelled."""
    while True:
        await asyncio.sleep(EVERY)
        await write(store, refusals, table)


async def write(store: Store, refusals: Refusals, table: Table = WEBHOOK_REFUSALS) -> None:
    """Write what was counted since the last time; what can't be written is kept for the next."""
    if not (waiting := refusals.take()):
        return
    try:
        await _add(store, waiting, table)
    except StoreError as error:
        log.warning("refusals not stored", reason=error.reason)
        refusals.give_back(waiting)


async def newest_first(
    store: Store, most: int = MOST, table: Table = WEBHOOK_REFUSALS
) -> list[Refused]:
    """Return each kind of refusal, that of the last one first. Raises StoreError."""
    rows_of = table.c
    query = select(table).order_by(rows_of.last_at.desc(), rows_of.issuer, rows_of.address)
    async with store.read() as connection:
        rows = (await connection.execute(query.limit(most))).mappings().all()
    return [Refused(**row) for row in rows]


async def _add(store: Store, waiting: list[Refused], table: Table) -> None:
    kept = table.c
    async with store.write() as connection:
        for each in sorted(waiting, key=lambda refused: refused.kind):  # locked in one order
            values = {
                "reason": each.reason,
                "issuer": storable(each.issuer),
                "address": storable(each.address),
                "first_at": each.first_at,
                "last_at": each.last_at,
                "times": each.times,
            }
            added = store.dialect.insert(table).values(values)
            counted = added.on_conflict_do_update(
                index_elements=["reason", "issuer", "address"],
                set_={"times": kept.times + each.times, "last_at": each.last_at},
            )
            await connection.execute(counted)
        oldest = select(kept.last_at).order_by(kept.last_at.desc()).offset(KEPT).limit(1)
        await connection.execute(delete(table).where(kept.last_at <= oldest.scalar_subquery()))
