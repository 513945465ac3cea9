"""Many entries of the audit, written as quickly as the database takes them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert, text

from app.services.audit.rows import FIRST, AuditRow
from app.store.migrating import migrate
from app.store.schema import AUDIT, AUDIT_ACTS, AUDIT_TARGETS
from app.store.store import Store, driver_ended

BATCH = 5_000
EVERY = timedelta(seconds=30)
PEOPLE = 40
ROOMS = 5_000
ACTIONS = ("room.edit", "room.delete", "participant.mute", "egress.start", "session.start")
OUTCOMES = ("done",) * 97 + ("refused", "failed", "unknown")
COPIED = ("act", "at", "server", "actor", "action", "outcome", "address", "request_id")


async def fill(database_url: str, entries: int) -> None:
    """Bring the schema up to date, and add as many acts of one row each, the newest of now."""
    store = Store(database_url)
    try:
        await migrate(store)
        rows = _rows(entries)
        while batch := list(islice(rows, BATCH)):
            async with store.write() as connection:
                # the database numbers the rows itself, from 1 on, so that it continues after them
                await connection.execute(insert(AUDIT), [_row(each) for each in batch])
                await connection.execute(insert(AUDIT_ACTS), list(map(_act, batch)))
                await connection.execute(insert(AUDIT_TARGETS), list(map(_target, batch)))
        async with store.migration() as connection:
            await connection.execute(text("ANALYZE"))
    finally:
        await store.close()
        await driver_ended()


def _rows(entries: int) -> Iterator[dict[str, Any]]:
    began = datetime.now(UTC) - EVERY * entries
    for number in range(1, entries + 1):
        row = AuditRow(
            at=began + EVERY * number,
            act=f"{number:032x}",
            action=ACTIONS[number % len(ACTIONS)],
            outcome=OUTCOMES[number % len(OUTCOMES)],
            target={"room": f"room-{number % ROOMS}"},
            actor=f"person-{number % PEOPLE}",
            role="operator",
            address=f"10.0.{number % 7}.{number % 250}",
            request_id=f"{number:016x}",
        )
        # the hashes aren't true: nothing that is measured reads them
        yield row.values() | {"id": number, "previous": FIRST, "hash": FIRST}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}


def _act(row: dict[str, Any]) -> dict[str, Any]:
    area = row["action"].partition(".")[0]
    return {n: row[n] for n in COPIED} | {"id": row["id"], "last_id": row["id"], "area": area}


def _target(row: dict[str, Any]) -> dict[str, Any]:
    return {"act_id": row["id"], "kind": "room", "name": f"room-{row['id'] % ROOMS}"}
