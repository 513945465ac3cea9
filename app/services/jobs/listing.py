"""The list of jobs, newest first; the items of one job, and its log."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from app.services.audit.writing import storable
from app.services.history.lists.walking import Found, Place, Walk, apart, walked
from app.services.jobs.jobs import Item, Job, Line, job_of
from app.services.jobs.states import ItemStatus, JobStatus, LogLevel, stored
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import BACKGROUND_JOBS, JOB_ITEMS, JOB_LOG
from app.store.store import Store

MOST_LINES = 500
FILTERS = ("actor", "kind", "status")  # each has an index in the order of the list


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs are asked for; what is empty matches all. `ended` leaves out the others."""

    status: str = ""
    kind: str = ""
    actor: str = ""
    server: str = DEFAULT_SERVER
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Some items of a job, in its order; the numbers at which its neighbors begin, or None."""

    rows: Sequence[Item]
    next: int | None = None
    previous: int | None = None


async def page(store: Store, wanted: Wanted, place: Place) -> Found[Job]:
    """Return one page of the jobs. Raises StoreError."""
    rows = BACKGROUND_JOBS.c
    along: list[ColumnElement[bool]] = []
    beside: list[ColumnElement[bool]] = [rows.server == wanted.server]
    for name in FILTERS:
        value, column = storable(getattr(wanted, name)), rows[name]
        if value and not along:
            along.append(column == value)
        elif value:
            beside.append(apart(column, "''") == value)
    if wanted.ended:
        beside.append(apart(rows.ended_at).is_not(None))
    walk = Walk(list(rows), rows.created_at, rows.id, along, beside)
    async with store.read() as connection:
        found = await walked(connection, walk, place)
    return Found([job_of(row) for row in found.rows], found.older, found.newer, found.searched)


async def unended(store: Store, server: str = DEFAULT_SERVER, most: int = 100) -> Sequence[Job]:
    """Return the jobs that run, and then those that wait, the oldest first, up to `most`.

    That is the order in which they begin. Raises StoreError.
    """
    rows = BACKGROUND_JOBS.c
    oldest = select(BACKGROUND_JOBS).where(rows.server == server)
    oldest = oldest.order_by(rows.created_at, rows.id).limit(most)
    found: list[Job] = []
    async with store.read() as connection:
        for status in (JobStatus.RUNNING, JobStatus.WAITING):
            some = await connection.execute(oldest.where(rows.status == status))
            found += [job_of(row) for row in some]
    return found[:most]


async def items(
    store: Store, job_id: str, status: str = "", first: int = 0, size: int = 100
) -> Part:
    """Return the items of a job from the number `first`, which have a status if one is given.

    Raises StoreError.
    """
    rows = JOB_ITEMS.c
    own = [rows.job == job_id, *([rows.status == status] if status else [])]
    later = select(JOB_ITEMS).where(*own, rows.number >= first).order_by(rows.number)
    before = select(rows.number).where(*own, rows.number < first).order_by(rows.number.desc())
    async with store.read() as connection:
        some = (await connection.execute(later.limit(size + 1))).all()
        numbers = (await connection.execute(before.limit(size))).scalars().all()
    following = some[size].number if len(some) > size else None
    return Part([item_of(row) for row in some[:size]], following, numbers[-1] if numbers else None)


def item_of(row: Row[Any]) -> Item:
    """Return the item of a row."""
    status = stored(ItemStatus, row.status)
    return Item(row.number, row.key, row.label, status, row.detail, row.at)


async def lines(store: Store, job_id: str, most: int = MOST_LINES) -> Sequence[Line]:
    """Return the newest lines of a job's log, in their order. Raises StoreError."""
    rows = JOB_LOG.c
    query = select(rows.id, rows.at, rows.level, rows.text).where(rows.job == job_id)
    async with store.read() as connection:
        found = (await connection.execute(query.order_by(rows.id.desc()).limit(most))).all()
    return [Line(row.id, row.at, stored(LogLevel, row.level), row.text) for row in reversed(found)]
