"""Removes old rows of the audit, and says so in the audit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select

from app.services.audit.rows import AuditRow
from app.services.audit.verifying import PRUNED
from app.services.audit.writing import add_within
from app.store.schema import AUDIT, AUDIT_ACTS
from app.store.store import Store

BATCH = 10_000


async def prune(store: Store, days: int, row: AuditRow) -> int:
    """Remove the rows that are older than `days`, and return how many; `row` says who did it.

    The entry added names the last row removed and its hash, which anchors the rows that remain.
    Raises StoreError; what was removed until then has its entries.
    """
    removed = 0
    while count := await _prune_batch(store, days, row):
        removed += count
    return removed


async def _prune_batch(store: Store, days: int, row: AuditRow) -> int:
    """Remove the oldest rows, in one transaction with the entry about them.

    The first row that is kept ends them: an old time after it is that of a wrong clock, and must
    not take the rows before it along. A time yet to come ends nothing, or none would be removed.
    """
    now = datetime.now(UTC)
    before = now - timedelta(days=days)
    async with store.write() as connection:
        oldest = select(AUDIT.c.id, AUDIT.c.at).order_by(AUDIT.c.id).limit(BATCH).subquery()
        kept = select(func.min(oldest.c.id)).where(oldest.c.at.between(before, now))
        number = (await connection.execute(kept)).scalar()
        removed = select(func.max(oldest.c.id)).where(oldest.c.at < before)
        if number is not None:
            removed = removed.where(oldest.c.id < number)
        last = (await connection.execute(removed)).scalar()
        if last is None:
            return 0
        anchor = (await connection.execute(select(AUDIT.c.hash).where(AUDIT.c.id == last))).scalar()
        await connection.execute(delete(AUDIT_ACTS).where(AUDIT_ACTS.c.last_id <= last))
        gone = await connection.execute(delete(AUDIT).where(AUDIT.c.id <= last))
        facts = {"rows": gone.rowcount, "until": last, "hash": anchor, "days": days}
        at = datetime.now(UTC)
        entry = replace(row, at=at, action=PRUNED, outcome="done", target={}, facts=facts)
        await add_within(store, connection, entry)
        return int(gone.rowcount)
