"""The list of recordings, newest first: pages of bounded cost, whatever is searched for."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.audit.writing import storable
from app.services.egress.states import EgressType
from app.services.history.lists import walking
from app.services.history.lists.ranges import ALWAYS, Range, in_range
from app.services.history.lists.walking import Found, Place, Walk, apart, few, walked
from app.services.recordings.recordings import ROWS, Recording, recording_of
from app.services.recordings.states import FileState, RecordingKind
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import RECORDINGS
from app.store.store import Store

Larger = Literal["", "1mb", "10mb", "100mb", "1gb", "10gb"]
LARGER = {"1mb": 10**6, "10mb": 10**7, "100mb": 10**8, "1gb": 10**9, "10gb": 10**10}
Conditions = list[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which recordings are listed; what is empty does not restrict them.

    `words` is a part of the file's name. In a room, `*` stands for any text.
    """

    words: str = ""
    room: str = ""
    session: str = ""
    egress: str = ""
    type: EgressType | str = ""
    kind: RecordingKind | str = ""
    state: FileState | str = ""
    larger: Larger = ""
    started: Range = ALWAYS
    server: str = DEFAULT_SERVER


async def page(store: Store, wanted: Wanted, place: Place) -> Found[Recording]:
    """Return one page of the recordings. Raises StoreError."""
    async with store.read() as connection:
        found = await walked(connection, await _walk(store, connection, wanted), place)
    rows = [recording_of(row) for row in found.rows]
    return Found(rows, found.older, found.newer, found.searched)


def every(store: Store, wanted: Wanted) -> AsyncIterator[Recording]:
    """Yield all recordings that match, and read a part at a time. Raises StoreError."""
    return walking.every(lambda place: page(store, wanted, place))


async def _walk(store: Store, connection: AsyncConnection, wanted: Wanted) -> Walk:
    """Return in which order to read: that of the index which knows most of what is wanted."""
    along: Conditions = [ROWS.server == wanted.server, *in_range(ROWS.started_at, wanted.started)]
    beside: Conditions = []
    exact = _exact(wanted)
    for number, (column, value) in enumerate(exact):
        if number == 0:
            along.append(column == value)
        else:
            beside.append(apart(column, "''") == value)
    keys = None if exact else await _keys(store, connection, wanted)
    beside += _checked(store, wanted)
    columns = list(RECORDINGS.c)
    return Walk(columns, ROWS.started_at, ROWS.id, along, beside, keys, wanted.started)


def _exact(wanted: Wanted) -> list[tuple[ColumnElement[Any], str]]:
    """Return the filters that have an index, the one that fewest rows match first."""
    filters: list[tuple[ColumnElement[Any], str]] = [
        (ROWS.egress_id, wanted.egress),
        (ROWS.room_sid, wanted.session),
        (ROWS.room, "" if "*" in wanted.room else wanted.room),
        (ROWS.state, str(wanted.state)),
        (ROWS.kind, str(wanted.kind)),
    ]
    return [(column, storable(value)) for column, value in filters if value]


async def _keys(store: Store, connection: AsyncConnection, wanted: Wanted) -> Select[Any] | None:
    """Return the keys of the rooms whose names begin as wanted, if these are few."""
    start = storable(wanted.room.partition("*")[0])
    if not start:
        return None
    keys = select(ROWS.started_at, ROWS.id).where(ROWS.server == wanted.server)
    return await few(connection, keys.where(store.dialect.begins(ROWS.room, start)))


def _checked(store: Store, wanted: Wanted) -> Conditions:
    """Return the conditions that are checked row by row."""
    conditions: Conditions = []
    if "*" in wanted.room:
        pattern = storable(wanted.room)
        conditions.append(store.dialect.matches(apart(ROWS.room, "''"), pattern))
    if wanted.type:
        conditions.append(ROWS.type == str(wanted.type))
    if wanted.larger:
        conditions.append(apart(ROWS.size) >= LARGER[wanted.larger])
    if wanted.words:
        words = storable(wanted.words)
        conditions.append(ROWS.filename.icontains(words, autoescape=True))
    return conditions
