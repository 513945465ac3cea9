"""Call records: phone calls, newest first, with what LiveKit reported of them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import NotFound
from app.services.audit.writing import storable
from app.services.history.lists import walking
from app.services.history.lists.ranges import ALWAYS, Range, in_range
from app.services.history.lists.walking import FEW, Found, Place, Walk, apart, walked
from app.services.history.states import NOT_CONNECTED, CallResult, LeaveReason, named
from app.services.livekit.enums import Newer
from app.services.livekit.sip_codes import meaning
from app.services.sip.states import CallDirection
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import CALLS
from app.store.store import Store

FIRST_ERROR = 300  # of SIP's status codes: what isn't a success


def result_of(answered: bool, reason: LeaveReason | Newer, sip_code: int | None) -> CallResult:
    """Return what became of a call that has ended: answers are known only of calls watched."""
    if answered:
        return CallResult.ANSWERED
    if isinstance(reason, LeaveReason) and reason in NOT_CONNECTED:
        return NOT_CONNECTED[reason]
    if sip_code is not None and sip_code >= FIRST_ERROR:
        return CallResult.FAILED
    return CallResult.ENDED


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call; None is what nothing reported.

    One whose end is inferred ended between `ended_after`, if that is known, and `ended_at`.
    """

    call_id: str
    direction: CallDirection
    from_number: str
    to_number: str
    trunk: str
    rule: str
    room: str
    session: str
    connection: str
    identity: str
    started_at: datetime
    started_inferred: bool
    answered_at: datetime | None
    ended_at: datetime | None
    ended_inferred: bool
    ended_after: datetime | None
    reason: LeaveReason | Newer
    sip_code: int | None
    sip_text: str

    @property
    def inferred(self) -> bool:
        """Return whether its start or its end is inferred."""
        return self.started_inferred or self.ended_inferred

    @property
    def rang(self) -> timedelta | None:
        """How long it rang; None if it isn't known when it was answered."""
        return self.answered_at - self.started_at if self.answered_at else None

    @property
    def talked(self) -> timedelta | None:
        """How long both parties were connected; None if that isn't known."""
        if self.answered_at is None or self.ended_at is None:
            return None
        return max(self.ended_at - self.answered_at, timedelta())

    @property
    def duration(self) -> timedelta | None:
        """How long it took, ringing included; None for one that is open."""
        return self.ended_at - self.started_at if self.ended_at else None

    @property
    def result(self) -> CallResult:
        """What became of it."""
        if self.ended_at is None:
            return CallResult.OPEN
        return result_of(self.answered_at is not None, self.reason, self.sip_code)

    @property
    def sip_meaning(self) -> str:
        """What the SIP status means, in words; nothing without one."""
        if self.sip_code is None:
            return ""
        return meaning(self.sip_code).text


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls are listed; what is empty does not restrict them.

    `number` is who called or was called, and `call` the ID of a call.
    """

    number: str = ""
    call: str = ""
    direction: CallDirection | str = ""
    trunk: str = ""
    room: str = ""
    started: Range = ALWAYS
    server: str = DEFAULT_SERVER


async def page(store: Store, wanted: Wanted, place: Place) -> Found[CallRecord]:
    """Return one page of the calls. Raises StoreError."""
    async with store.read() as connection:
        found = await walked(connection, await _walk(connection, wanted), place)
    rows = [_record(row) for row in found.rows]
    return Found(rows, found.older, found.newer, found.searched)


def every(store: Store, wanted: Wanted) -> AsyncIterator[CallRecord]:
    """Yield all calls that match, and read a part at a time. Raises StoreError."""
    return walking.every(lambda place: page(store, wanted, place))


async def get(store: Store, call_id: str) -> CallRecord:
    """Return the record of a call. Raises NotFound and StoreError."""
    rows = CALLS.c
    query = select(CALLS).where(rows.server == DEFAULT_SERVER, rows.call_id == storable(call_id))
    async with store.read() as connection:
        row = (await connection.execute(query)).first()
    if row is None:
        raise NotFound(f"History has no call {call_id}.")
    return _record(row)


async def of_session(store: Store, session: str, most: int) -> list[CallRecord]:
    """Return calls of a session, in the order in which they began. Raises StoreError."""
    rows = CALLS.c
    query = select(CALLS).where(rows.server == DEFAULT_SERVER, rows.room_sid == session)
    async with store.read() as connection:
        found = await connection.execute(query.order_by(rows.started_at, rows.call_id).limit(most))
        return [_record(row) for row in found]


async def _walk(connection: AsyncConnection, wanted: Wanted) -> Walk:
    """Return in which order to read: that of the index which knows most of what is wanted."""
    rows = CALLS.c
    along: list[ColumnElement[bool]] = [rows.server == wanted.server]
    along += in_range(rows.started_at, wanted.started)
    beside: list[ColumnElement[bool]] = []
    keys = None
    if wanted.number:
        number = storable(wanted.number)
        key = select(rows.started_at, rows.call_id).where(rows.server == wanted.server)
        ways = [
            key.where(column == number).limit(FEW + 1)
            for column in (rows.from_number, rows.to_number)
        ]
        both = union_all(*(select(way.subquery()) for way in ways)).subquery()
        count = (await connection.execute(select(func.count()).select_from(both))).scalar_one()
        keys = select(*both.c).distinct() if count <= FEW else None
        called, caller = apart(rows.to_number, "''"), apart(rows.from_number, "''")
        beside.append((caller == number) | (called == number))
    if wanted.call:
        along.append(rows.call_id == storable(wanted.call))
    if wanted.trunk:
        along.append(rows.trunk_id == storable(wanted.trunk))
    if wanted.room:
        beside.append(apart(rows.room, "''") == storable(wanted.room))
    if wanted.direction:
        beside.append(apart(rows.direction, "''") == str(wanted.direction))
    return Walk(list(rows), rows.started_at, rows.call_id, along, beside, keys, wanted.started)


def _record(row: Row[Any]) -> CallRecord:
    directions = set(CallDirection)
    return CallRecord(
        row.call_id,
        CallDirection(row.direction) if row.direction in directions else CallDirection.UNKNOWN,
        row.from_number,
        row.to_number,
        row.trunk_id,
        row.rule_id,
        row.room,
        row.room_sid,
        row.participant_sid,
        row.identity,
        row.started_at,
        row.started_inferred,
        row.answered_at,
        row.ended_at,
        row.ended_inferred,
        row.ended_after,
        named(LeaveReason, row.reason),
        row.sip_code,
        row.sip_text,
    )
