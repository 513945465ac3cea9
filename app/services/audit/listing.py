"""The audit as a list of acts, newest first, paged by the number of the row (keyset)."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, RowMapping, Select, func, select, union

from app.errors import NotFound
from app.services.audit.states import Outcome
from app.services.audit.writing import searched, storable
from app.store.schema import AUDIT, AUDIT_ACTS, AUDIT_TARGETS
from app.store.store import Store

BATCH = 1_000
SKEW = timedelta(minutes=5)  # more than clocks of instances should differ
FIRST_ACTS = 100  # more than a wrong clock should have set in between


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """A row of the audit, as it was written.

    `outcome` is "attempted" only for an act whose outcome was never recorded, and for the first
    step of an act on its own page.
    """

    id: int
    at: datetime
    server: str
    act: str
    action: str
    outcome: Outcome
    actor: str
    role: str
    target: Mapping[str, str]
    facts: Mapping[str, Any]
    status: int | None
    reason: str
    address: str
    request_id: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which acts are listed; what is empty does not restrict them.

    `q` is a request ID or the name of a target, of any kind or of one, such as "room". `area` is
    the part of the action before the dot.
    """

    q: str = ""
    kind: str = ""
    actor: str = ""
    area: str = ""
    action: str = ""
    outcome: str = ""
    address: str = ""
    server: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of acts, and the row numbers that continue it; None at either end."""

    entries: list[StoredEntry]
    older: int | None = None
    newer: int | None = None


async def page(
    store: Store, wanted: Wanted, size: int, before: int | None = None, after: int | None = None
) -> Page:
    """Return the acts before an act's number, after one, or the newest ones. Raises StoreError."""
    numbers = _numbers(wanted)
    number = numbers.selected_columns[0]
    if after is not None:
        numbers = numbers.where(number > after).order_by(number)
    else:
        numbers = numbers.order_by(number.desc())
        numbers = numbers.where(number < before) if before is not None else numbers
    async with store.read() as connection:
        found = list((await connection.execute(numbers.limit(size + 1))).scalars())
        more, found = len(found) > size, found[:size]
        rows = (await connection.execute(_shown(found))).mappings() if found else ()
        entries = [_entry(row) for row in rows]
    if not entries:
        return Page([])
    older = more if after is None else True
    newer = more if after is not None else before is not None
    return Page(entries, min(found) if older else None, max(found) if newer else None)


async def every(store: Store, wanted: Wanted) -> AsyncIterator[StoredEntry]:
    """Yield all acts, newest first, and read a part at a time. Raises StoreError."""
    before: int | None = None
    while True:
        found = await page(store, wanted, BATCH, before)
        for entry in found.entries:
            yield entry
        before = found.older
        if before is None:
            return


async def steps(store: Store, number: int) -> list[StoredEntry]:
    """Return all rows of the act that a row belongs to, oldest first. Raises NotFound."""
    act = select(AUDIT.c.act).where(AUDIT.c.id == number).scalar_subquery()
    query = select(AUDIT).where(AUDIT.c.act == act).order_by(AUDIT.c.id)
    async with store.read() as connection:
        rows = (await connection.execute(query)).mappings().all()
    if not rows:
        raise NotFound(f"The audit has no entry {number}.")
    return [_entry(row) for row in rows]


def _shown(acts: list[int]) -> Select[Any]:
    """Select the newest row of each act, the newest act first."""
    newest = AUDIT.join(AUDIT_ACTS, AUDIT_ACTS.c.last_id == AUDIT.c.id)
    query = select(AUDIT).select_from(newest).where(AUDIT_ACTS.c.id.in_(acts))
    return query.order_by(AUDIT_ACTS.c.id.desc())


def _numbers(wanted: Wanted) -> Select[Any]:
    """Select the numbers of the acts, from the table whose order an index has."""
    return select(AUDIT_ACTS.c.id).where(*_conditions(wanted))


def _named(wanted: Wanted) -> Select[Any] | CompoundSelect[Any]:
    """Select the acts by what is typed: each of its meanings has an index."""
    targets = AUDIT_TARGETS.c
    named = select(targets.act_id).where(targets.name == searched(wanted.q))
    if wanted.kind:
        return named.where(targets.kind == storable(wanted.kind))
    asked = select(AUDIT_ACTS.c.id).where(AUDIT_ACTS.c.request_id == searched(wanted.q))
    return union(named, asked)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    acts = AUDIT_ACTS.c
    found = [
        acts[column] == storable(value)
        for column in ("server", "actor", "area", "action", "outcome", "address")
        if (value := getattr(wanted, column))
    ]
    if wanted.q:
        found.append(acts.id.in_(_named(wanted)))
    if wanted.since:
        found += [acts.at >= wanted.since, acts.id >= _near(wanted.since - SKEW, func.min)]
    if wanted.until:
        found += [acts.at < wanted.until, acts.id <= _near(wanted.until + SKEW, func.max)]
    return found


def _near(moment: datetime, bound: Callable[..., ColumnElement[int]]) -> ColumnElement[int]:
    """Select the lowest or highest number of the first acts since a moment; else the newest.

    Numbers rise with time, but for the difference of the instances' clocks: with such a bound the
    index of the order ends the search. Of one act alone, a wrong clock may have set the time.
    """
    acts = AUDIT_ACTS.c
    first = select(acts.id).where(acts.at >= moment).order_by(acts.at).limit(FIRST_ACTS).subquery()
    number = select(bound(first.c.id)).scalar_subquery()
    return func.coalesce(number, select(func.max(acts.id)).scalar_subquery())


def _entry(row: RowMapping) -> StoredEntry:
    values = {each.name: row[each.name] for each in fields(StoredEntry)}
    values |= {"target": json.loads(row["target"]), "facts": json.loads(row["facts"])}
    values["outcome"] = Outcome(row["outcome"])
    return StoredEntry(**values)
