"""Pages of history, newest first, whose cost has a bound whatever is searched for.

A list is read in the order of an index. What else is asked for is checked row by row, for `WALKED`
rows at most: a page may have few rows, or none, and say how far it has searched.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    Column,
    ColumnElement,
    Row,
    Select,
    TextClause,
    func,
    literal_column,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import BadQuery
from app.services.history.lists.ranges import ALWAYS, Range

WALKED = 10_000  # rows that one page looks at
FEW = 5_000  # rows that are sorted
MOST_KEYS = 2_000  # of one query
BATCH = 1_000  # rows of a part of a file
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_CURSOR = 160  # with the ID of an agent's job
NEWEST = 253_402_300_799_000_000  # the last second that a datetime can hold
BAD_CURSOR = "before and after: Use the links of the list."

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """The place of a row in a list: its moment and its SID."""

    at: datetime
    sid: str

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // timedelta(microseconds=1)}.{self.sid}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """Return the cursor in an address, None without one. Raises BadQuery."""
        if not text:
            return None
        number, point, sid = text.partition(".")
        if not (point and number.isascii() and number.isdigit() and len(number) < 19):
            raise BadQuery(BAD_CURSOR)
        if len(text) > LONGEST_CURSOR or int(number) > NEWEST:
            raise BadQuery(BAD_CURSOR)
        return cls(EPOCH + timedelta(microseconds=int(number)), sid.replace("\0", ""))


@dataclass(frozen=True, slots=True)
class Place:
    """Which page of a list is asked for."""

    size: int
    before: Cursor | None = None
    after: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Found(Generic[Item]):
    """One page of a list, and the cursors that continue it; None at either end.

    `searched` is the moment at which the search stopped for now, if rows beyond it may match.
    """

    rows: Sequence[Item]
    older: Cursor | None = None
    newer: Cursor | None = None
    searched: datetime | None = None


async def every(page: Callable[[Place], Awaitable[Found[Item]]]) -> AsyncIterator[Item]:
    """Yield the rows of all pages, and read a part at a time. Raises what `page` does."""
    place = Place(BATCH)
    while True:
        found = await page(place)
        for each in found.rows:
            yield each
        if found.older is None:
            return
        place = Place(BATCH, before=found.older)


@dataclass(frozen=True, slots=True)
class Walk:
    """A list in the order of an index: `along` are the conditions that the index knows.

    `beside` are those that are checked row by row, for `most` rows. `keys`, if there are any,
    select moment and SID of all rows that can match: so few that they are sorted. `within` is the
    range of time that `along` has too.
    """

    columns: Sequence[Column[Any]]
    at: Column[Any]
    sid: Column[Any]
    along: Sequence[ColumnElement[bool] | TextClause]
    beside: Sequence[ColumnElement[bool] | TextClause] = ()
    keys: Select[Any] | None = None
    within: Range = ALWAYS
    most: int = WALKED


def apart(column: ColumnElement[Any], zero: str = "0") -> ColumnElement[Any]:
    """Return a column's value as an expression, which no index has."""
    operator = "||" if zero == "''" else "+"
    return type_coerce(column.op(operator)(literal_column(zero)), column.type)


async def few(connection: AsyncConnection, keys: Select[Any]) -> Select[Any] | None:
    """Return the selection of moments and SIDs, or None if it has many rows."""
    some = keys.limit(FEW + 1).subquery()
    number = (await connection.execute(select(func.count()).select_from(some))).scalar_one()
    return keys if number <= FEW else None


def ahead(walk: Walk, place: Place) -> Select[Any]:
    """Return a query of the SIDs that a page looks through, whatever is checked row by row."""
    newer = place.after is not None
    begun = [*walk.along, *_from(walk, place)]
    return select(walk.sid).where(*begun).order_by(*_order(walk, newer)).limit(walk.most)


async def walked(connection: AsyncConnection, walk: Walk, place: Place) -> Found[Row[Any]]:
    """Return one page of a list."""
    if walk.keys is not None:
        return await _sorted(connection, walk, walk.keys, place)
    newer = place.after is not None
    begun = [*walk.along, *_from(walk, place)]
    edge = await _edge(connection, walk, begun, newer) if walk.beside else None
    conditions = [*begun, *walk.beside]
    if edge is not None:
        conditions.append(walk.at <= edge if newer else walk.at >= edge)
    query = select(*walk.columns).where(*conditions).order_by(*_order(walk, newer))
    return _page(list(await connection.execute(query.limit(place.size + 1))), walk, place, edge)


async def _sorted(
    connection: AsyncConnection, walk: Walk, keys: Select[Any], place: Place
) -> Found[Row[Any]]:
    """Return one page of few rows: their keys are sorted, and rows fetched until it is full."""
    newer = place.after is not None
    some = keys.limit(FEW).subquery()
    at, sid = some.c
    order = (at, sid) if newer else (at.desc(), sid.desc())
    cursor = place.after or place.before
    rows: list[Row[Any]] = []
    size = wave = place.size + 1
    while len(rows) < size:
        query = select(at, sid).order_by(*order).limit(wave)
        query = query.where(at >= walk.within.since) if walk.within.since else query
        query = query.where(at < walk.within.until) if walk.within.until else query
        if cursor is not None:
            own, other = tuple_(at, sid), _values(cursor, walk)
            query = query.where(own > other if newer else own < other)
        found = [Cursor(*row) for row in await connection.execute(query)]
        if found:
            cursor = found[-1]
            rows += await _rows(connection, walk, found)
        if len(found) < wave:
            break
        wave = min(wave * 4, MOST_KEYS)  # the fewer match, the more are looked up together
    return _page(rows[:size], walk, place, None)


async def _rows(connection: AsyncConnection, walk: Walk, keys: Sequence[Cursor]) -> list[Row[Any]]:
    """Return the rows of these keys that match, in their order."""
    own = [walk.sid.in_([key.sid for key in keys])]
    own.append(walk.at.in_([key.at for key in keys]))  # tells which month's partition has it
    query = select(*walk.columns).where(*walk.along, *walk.beside, *own)
    found = {_cursor(row, walk): row for row in await connection.execute(query)}
    return [found[key] for key in keys if key in found]


def _order(walk: Walk, newer: bool) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return (walk.at, walk.sid) if newer else (walk.at.desc(), walk.sid.desc())


def _from(walk: Walk, place: Place) -> list[ColumnElement[bool]]:
    """Return the condition of the rows that follow a cursor; its first part is for partitions."""
    cursor = place.after or place.before
    if cursor is None:
        return []
    own = tuple_(walk.at, walk.sid)
    other = _values(cursor, walk)
    if place.after:
        return [walk.at >= cursor.at, own > other]
    return [walk.at <= cursor.at, own < other]


def _values(cursor: Cursor, walk: Walk) -> ColumnElement[Any]:
    return tuple_(cursor.at, cursor.sid, types=[walk.at.type, walk.sid.type])


async def _edge(
    connection: AsyncConnection,
    walk: Walk,
    begun: Sequence[ColumnElement[bool] | TextClause],
    newer: bool,
) -> datetime | None:
    """Return the moment up to which a page searches; None if that is the end."""
    looked = select(walk.at).where(*begun).order_by(*_order(walk, newer)).limit(walk.most)
    rows = looked.subquery()
    last = func.max(rows.c[0]) if newer else func.min(rows.c[0])
    number, edge = (await connection.execute(select(func.count(), last).select_from(rows))).one()
    return edge if number == walk.most else None


def _page(rows: list[Row[Any]], walk: Walk, place: Place, edge: datetime | None) -> Found[Row[Any]]:
    """Return a page of the rows that were found, one more than it has if there are more."""
    more, rows = len(rows) > place.size, rows[: place.size]
    searched = edge if edge is not None and not more else None
    if place.after is not None:
        rows.reverse()
        beyond = _cursor(rows[0], walk) if rows and more else None
        if searched is not None:
            beyond = Cursor(searched + timedelta(microseconds=1), "")
        back = _cursor(rows[-1], walk) if rows else Cursor(place.after.at, f"{place.after.sid}~")
        return Found(rows, back, beyond, searched)
    beyond = _cursor(rows[-1], walk) if rows and more else None
    if searched is not None:
        beyond = Cursor(searched, "")
    first = place.before and (_cursor(rows[0], walk) if rows else place.before)
    return Found(rows, beyond, first, searched)


def _cursor(row: Row[Any], walk: Walk) -> Cursor:
    values = row._mapping
    return Cursor(values[walk.at], values[walk.sid])
