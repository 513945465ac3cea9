"""Adds rows to the audit."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import String, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.audit.rows import FIRST, AuditRow, chained
from app.store.schema import AUDIT, AUDIT_ACTS, AUDIT_HEAD, AUDIT_TARGETS
from app.store.store import Store

LOCK = "audit"
HEAD = 1
LONGEST_NAME = 200
MANY = {"rooms": "room", "participants": "identity"}  # a fact, and the kind of its items
# What the columns hold; a longer text is cut, because its act must not fail for it.
LENGTHS = {
    column.name: column.type.length
    for column in AUDIT.columns
    if isinstance(column.type, String) and column.type.length
}


async def add(store: Store, row: AuditRow) -> int:
    """Add a row and return its number. Raises StoreError."""
    async with store.write() as connection:
        return await add_within(store, connection, row)


async def add_within(store: Store, connection: AsyncConnection, row: AuditRow) -> int:
    """Add a row in a transaction that writes more, and return its number.

    Rows are added one at a time in the whole fleet, because each needs the hash of the one before.
    """
    await connection.run_sync(store.dialect.lock_rows_of, LOCK)
    head = select(AUDIT_HEAD.c.hash).where(AUDIT_HEAD.c.id == HEAD)
    previous = (await connection.execute(head)).scalar()
    values = {name: _fitting(name, value) for name, value in row.values().items()}
    values |= {"previous": previous or FIRST, "hash": chained(previous or FIRST, values)}
    added = await connection.execute(insert(AUDIT).values(values).returning(AUDIT.c.id))
    number: int = added.scalar_one()
    newest = {"audit_id": number, "hash": values["hash"]}
    if previous is None:
        await connection.execute(insert(AUDIT_HEAD).values(id=HEAD, **newest))
    else:
        await connection.execute(update(AUDIT_HEAD).where(AUDIT_HEAD.c.id == HEAD).values(newest))
    await _index(connection, number, values, row)
    return number


async def _index(
    connection: AsyncConnection, number: int, values: dict[str, Any], row: AuditRow
) -> None:
    """Update what lists search: the act of this row."""
    acts = AUDIT_ACTS.c
    known = await connection.execute(
        update(AUDIT_ACTS)
        .where(acts.act == values["act"])
        .values(last_id=number, outcome=values["outcome"])
        .returning(acts.id)
    )
    act = known.scalar()
    if act is None:
        copied = ("act", "at", "server", "actor", "action", "outcome", "address", "request_id")
        first = {name: values[name] for name in copied} | {"id": number, "last_id": number}
        first["area"] = first["action"].partition(".")[0]
        await connection.execute(insert(AUDIT_ACTS).values(first))
    await _index_targets(connection, act or number, row)


async def _index_targets(connection: AsyncConnection, act: int, row: AuditRow) -> None:
    """Add the parts of the target that the act's earlier rows did not know, such as a new room."""
    targets = AUDIT_TARGETS.c
    parts = select(targets.kind, targets.name).where(targets.act_id == act)
    known = {tuple(part) for part in await connection.execute(parts)}
    added = [
        {"act_id": act, "kind": kind, "name": name}
        for kind, name in dict.fromkeys(_targets(row))
        if (kind, name) not in known
    ]
    if added:
        await connection.execute(insert(AUDIT_TARGETS), added)


def _targets(row: AuditRow) -> Iterator[tuple[str, str]]:
    """Yield the kind and name of each part of a row's target, and of each item of an act on many.

    Such an act notes the outcome for each item, by its name.
    """
    for kind, name in row.target.items():
        yield kind, searched(name)
    for many, kind in MANY.items():
        outcomes = (row.facts or {}).get(many)
        if isinstance(outcomes, Mapping):
            yield from ((kind, searched(str(name))) for name in outcomes)


def searched(name: str) -> str:
    """Return the part of a target's name by which it is found: lists drop blanks around it."""
    return storable(name.strip())[:LONGEST_NAME]


def _fitting(name: str, value: object) -> object:
    return storable(value)[: LENGTHS.get(name)] if isinstance(value, str) else value


def storable(value: str) -> str:
    """Return a text that both databases can hold: PostgreSQL's has no NUL, UTF-8 no surrogates."""
    return value.encode("utf-8", "replace").decode().replace("\0", "\N{SYMBOL FOR NULL}")
