"""Reads what overlaps a time from history, to be counted."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import BigInteger, Column, Select, Table, or_, select, text, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.history.calls import result_of
from app.services.history.states import LeaveReason, named
from app.services.history.summaries import FAILED_EGRESS, FAILED_INGRESS
from app.services.usage.counting import Call, Connection, Facts, Run, Session
from app.store.schema import CALLS, CONNECTIONS, EGRESS_JOBS, INGRESS_RUNS, SESSIONS

DAY = 24 * 3600 * 1_000_000  # microseconds
# Written as in the index that has only these (ix_connections_long).
LONG = text("left_at - joined_at > 86400000000")
MOST = 100_000  # connections that are read to answer one question
Of = Callable[[Table], Any]  # the condition on a table's rows: their server, and their rooms


async def connections_in(connection: AsyncConnection, of: Of, since: int, until: int) -> int:
    """Return how many connections began in a time, but no more than are worth counting."""
    joined = _micro(CONNECTIONS.c.joined_at)
    query = select(CONNECTIONS.c.sid).where(of(CONNECTIONS), joined >= since, joined < until)
    return len((await connection.execute(query.limit(MOST + 1))).all())


async def facts_of(connection: AsyncConnection, of: Of, since: int, until: int) -> Facts:
    """Return all that overlaps a time, in microseconds since 1970."""
    facts = Facts()
    for query in _sessions(of, since, until):
        facts.sessions += [Session(*row) for row in await connection.execute(query)]
    for query in _connections(of, since, until):
        facts.connections += [Connection(*row) for row in await connection.execute(query)]
    facts.egress += [
        _run(row, row[3] in FAILED_EGRESS)
        for row in await connection.execute(_runs(EGRESS_JOBS, "type", of, since, until))
    ]
    facts.ingress += [
        _run(row, row[3] == FAILED_INGRESS)
        for row in await connection.execute(_runs(INGRESS_RUNS, "input", of, since, until))
    ]
    facts.calls += [_call(row) for row in await connection.execute(_calls(of, since, until))]
    return facts


def _micro(column: Column[Any]) -> Any:
    """Return a moment as the number that the database has: there may be a great many."""
    return type_coerce(column, BigInteger)


def _sessions(of: Of, since: int, until: int) -> list[Select[Any]]:
    """Select the sessions that started in the time, and those that ended in it."""
    started, ended = _micro(SESSIONS.c.started_at), _micro(SESSIONS.c.ended_at)
    columns = select(started, ended).where(of(SESSIONS))
    began = columns.where(started >= since, started < until)
    before = columns.where(started < since, ended >= since, ended < until)
    return [began, before]


def _connections(of: Of, since: int, until: int) -> list[Select[Any]]:
    """Select those that joined in the time or within the day before, the longer, and the open."""
    own = CONNECTIONS.c
    joined, left = _micro(own.joined_at), _micro(own.left_at)
    columns = select(own.kind, joined, left, own.aborted, own.reason)
    columns = columns.where(of(CONNECTIONS), ~own.hidden, joined < until)
    recent = columns.where(joined >= since - DAY, or_(left >= since, left.is_(None)))
    longer = columns.where(joined < since - DAY, left >= since, LONG)
    still_open = columns.where(joined < since - DAY, left.is_(None))
    return [recent, longer, still_open]


def _runs(table: Table, type_name: str, of: Of, since: int, until: int) -> Select[Any]:
    own = table.c
    started, ended = _micro(own.started_at), _micro(own.ended_at)
    columns = select(own[type_name], started, ended, own.status, own.error)
    return columns.where(of(table), started < until, or_(ended >= since, ended.is_(None)))


def _run(row: Any, failed: bool) -> Run:
    type_name, started, ended, status, error = row
    return Run(type_name, started, ended, status, error, failed)


def _calls(of: Of, since: int, until: int) -> Select[Any]:
    own = CALLS.c
    ended = _micro(own.ended_at)
    columns = select(own.direction, own.answered_at.is_not(None), own.sip_code, own.reason, ended)
    return columns.where(of(CALLS), ended >= since, ended < until)


def _call(row: Any) -> Call:
    direction, answered, code, reason, ended = row
    return Call(direction, str(result_of(bool(answered), named(LeaveReason, reason), code)), ended)
