"""The list of sessions, newest first."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, literal_column, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.audit.writing import storable
from app.services.history.lists import walking
from app.services.history.lists.ranges import ALWAYS, in_range
from app.services.history.lists.walking import WALKED, Found, Place, Walk, apart, few, walked
from app.services.history.sessions import LONGER, Session, Wanted, session_of
from app.store.schema import CONNECTIONS, SESSIONS
from app.store.store import Store

DAYS = timedelta(days=2)
LOOKED_UP = 1_000  # connections whose sessions one page looks at
# Each has an index of its rows in the order of the list. Of several filters, the first is walked.
COUNTED = {
    "errors": SESSIONS.c.failures,
    "ingress": SESSIONS.c.ingress,
    "recording": SESSIONS.c.egress,
    "calls": SESSIONS.c.calls,
    "agents": SESSIONS.c.agents,
}
ZERO: ColumnElement[int] = literal_column("0")  # a parameter would keep SQLite from using the index


async def page(store: Store, wanted: Wanted, place: Place) -> Found[Session]:
    """Return one page of the sessions. Raises StoreError."""
    async with store.read() as connection:
        if wanted.identity:
            return await _of_identity(store, connection, wanted, place)
        walk = await _walk(store, connection, wanted)
        found = await walked(connection, walk, place)
    rows = [session_of(row) for row in found.rows]
    return Found(rows, found.older, found.newer, found.searched)


def every(store: Store, wanted: Wanted) -> AsyncIterator[Session]:
    """Yield all sessions that match, and read a part at a time. Raises StoreError."""
    return walking.every(lambda place: page(store, wanted, place))


async def _walk(store: Store, connection: AsyncConnection, wanted: Wanted) -> Walk:
    """Return in which order to read: that of the index which knows most of what is wanted."""
    rows = SESSIONS.c
    along: list[ColumnElement[bool]] = [
        rows.server == wanted.server,
        *in_range(rows.started_at, wanted.started),
    ]
    beside: list[ColumnElement[bool]] = []
    counted = [name for name in COUNTED if name in {wanted.kind, "errors" * wanted.errors}]
    exact = wanted.room and "*" not in wanted.room
    if exact:
        along.append(rows.room == storable(wanted.room))
    if wanted.open:
        if exact:
            beside.append(apart(rows.ended_at).is_(None))
        else:
            along.append(rows.ended_at.is_(None))
    for number, name in enumerate(counted):
        is_first = number == 0 and not exact and not wanted.open
        column = COUNTED[name]
        (along if is_first else beside).append((column if is_first else apart(column)) > ZERO)
    keys = await _rare(store, connection, wanted, beside)
    return Walk(list(rows), rows.started_at, rows.sid, along, beside, keys, wanted.started)


async def _rare(
    store: Store, connection: AsyncConnection, wanted: Wanted, beside: list[ColumnElement[bool]]
) -> Select[Any] | None:
    """Return the keys of a filter that few sessions match; all such filters go to `beside`."""
    rows = SESSIONS.c
    keys = select(rows.started_at, rows.sid).where(rows.server == wanted.server)
    known: Select[Any] | None = None
    if "*" in wanted.room:
        start = storable(wanted.room.partition("*")[0])
        if start:
            known = await few(connection, keys.where(store.dialect.begins(rows.room, start)))
        beside.append(store.dialect.matches(apart(rows.room, "''"), storable(wanted.room)))
    if wanted.longer:
        shortest = LONGER[wanted.longer] // timedelta(microseconds=1)
        if known is None:
            known = await few(connection, keys.where(rows.duration >= shortest))
        beside.append(apart(rows.duration) >= shortest)
    return known


async def _of_identity(
    store: Store, connection: AsyncConnection, wanted: Wanted, place: Place
) -> Found[Session]:
    """Return sessions in the order in which an identity joined them last, newest first.

    The identity's connections are read; each session is at the place of the last one, and in a
    range of time if that one is.
    """
    own, later = CONNECTIONS.c, CONNECTIONS.alias("later").c
    along = [own.server == wanted.server, own.identity == storable(wanted.identity)]
    along += in_range(own.joined_at, wanted.started)
    again = exists().where(
        later.server == own.server,
        later.room_sid == own.room_sid,
        later.identity == own.identity,
        later.joined_at >= own.joined_at,
        tuple_(later.joined_at, later.sid) > tuple_(own.joined_at, own.sid),
    )
    beside: list[ColumnElement[bool]] = [~again]
    others = replace(wanted, identity="", started=ALWAYS)
    most = WALKED
    if others != Wanted(server=wanted.server):
        beside.append(_is_in(store, others))
        most = LOOKED_UP
    columns = [own.joined_at, own.sid, own.room_sid]
    walk = Walk(columns, own.joined_at, own.sid, along, beside, most=most)
    found = await walked(connection, walk, place)
    records = await _joined(store, connection, wanted.server, found.rows)
    rows = [records[row.room_sid] for row in found.rows if row.room_sid in records]
    return Found(rows, found.older, found.newer, found.searched)


async def _joined(
    store: Store, connection: AsyncConnection, server: str, joins: Sequence[Row[Any]]
) -> dict[str, Session]:
    """Return the sessions of connections by SID; most began in the days before: a month or two."""
    if not joins:
        return {}
    rows = SESSIONS.c
    sids = {row.room_sid for row in joins}
    moments = [row.joined_at for row in joins]
    query = select(SESSIONS).where(rows.server == server)
    near = store.dialect.months(rows.started_at, min(moments) - DAYS, max(moments))
    found: dict[str, Session] = {}
    for more in ([near], []):
        missing = sids - found.keys()
        if missing:
            asked = query.where(rows.sid.in_(missing), *more)
            found |= {row.sid: session_of(row) for row in await connection.execute(asked)}
    return found


def _is_in(store: Store, wanted: Wanted) -> ColumnElement[bool]:
    """Return the condition that the session of a connection is one of those wanted."""
    rows, own = SESSIONS.c, CONNECTIONS.c
    conditions = [rows.server == own.server, rows.sid == own.room_sid]
    conditions.append(rows.started_at <= own.joined_at)
    if wanted.room:
        conditions.append(store.dialect.matches(rows.room, storable(wanted.room)))
    conditions += [
        COUNTED[name] > ZERO for name in COUNTED if name in {wanted.kind, "errors" * wanted.errors}
    ]
    if wanted.longer:
        conditions.append(rows.duration >= LONGER[wanted.longer] // timedelta(microseconds=1))
    if wanted.open:
        conditions.append(rows.ended_at.is_(None))
    return exists().where(*conditions)
