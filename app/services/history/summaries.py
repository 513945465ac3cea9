"""What sessions add up to: counted by the database from their rows, never incremented."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    Subquery,
    and_,
    case,
    distinct,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)

from app.services.history.states import NOT_CONNECTED, NOT_PEOPLE
from app.store.schema import CALLS, CONNECTIONS, EGRESS_JOBS, INGRESS_RUNS

Row = dict[str, Any]
FAILED_EGRESS = ("EGRESS_FAILED", "EGRESS_ABORTED")
FAILED_INGRESS = "ENDPOINT_ERROR"
FAILED_CALL = tuple(reason.upper() for reason in NOT_CONNECTED)  # as LiveKit names them
FIRST_ERROR = 400  # of SIP's status codes
SUMMARY = ("participants", "peak", "agents", "calls", "egress", "ingress", "failures")

C = CONNECTIONS.c
# Hidden are observers and recorders, and an aborted connection never took part.
PRESENT = and_(not_(C.hidden), not_(C.aborted))
PERSON = and_(PRESENT, C.kind.not_in(NOT_PEOPLE))


def summaries(connection: Connection, server: str, sids: Collection[str]) -> dict[str, Row]:
    """Return the summary columns of sessions of a server, by SID."""
    found: dict[str, Row] = {sid: dict.fromkeys(SUMMARY, 0) for sid in sids}
    if not sids:
        return found
    for query in (_connections, _peaks, _calls, _egress, _ingress):
        for row in connection.execute(query(server, sids)).mappings():
            columns = found[row["room_sid"]]
            for name, value in row.items():
                if name != "room_sid":
                    columns[name] += int(value or 0)
    return found


def _distinct_if(condition: Any, column: Any) -> Any:
    return func.count(distinct(case((condition, column))))


def _number_if(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _connections(server: str, sids: Collection[str]) -> Select[Any]:
    return (
        select(
            C.room_sid,
            _distinct_if(PERSON, C.identity).label("participants"),
            _distinct_if(and_(PRESENT, C.kind == "AGENT"), C.identity).label("agents"),
            _distinct_if(and_(PRESENT, C.kind == "INGRESS"), C.identity).label("ingress"),
            _number_if(C.aborted).label("failures"),
        )
        .where(C.server == server, C.room_sid.in_(sids))
        .group_by(C.room_sid)
    )


def _peaks(server: str, sids: Collection[str]) -> Select[Any]:
    """Count how many identities were in a session at one time, at most.

    Who reconnects is there twice for a moment: an identity comes with its first connection, and
    goes with its last.
    """
    steps = _steps(server, sids)
    own = func.sum(steps.c.step).over(
        partition_by=(steps.c.room_sid, steps.c.identity),
        order_by=(steps.c.at, steps.c.step.desc()),
        rows=(None, 0),
    )
    held = select(steps.c.room_sid, steps.c.at, steps.c.step, own.label("held")).subquery()
    change = case(
        (and_(held.c.step == 1, held.c.held == 1), 1),
        (and_(held.c.step == -1, held.c.held == 0), -1),
        else_=0,
    )
    changes = select(held.c.room_sid, held.c.at, change.label("change")).subquery()
    there = func.sum(changes.c.change).over(
        partition_by=changes.c.room_sid,
        order_by=(changes.c.at, changes.c.change.desc()),
        rows=(None, 0),
    )
    counts = select(changes.c.room_sid, there.label("there")).subquery()
    peak = func.max(counts.c.there).label("peak")
    return select(counts.c.room_sid, peak).group_by(counts.c.room_sid)


def _steps(server: str, sids: Collection[str]) -> Subquery:
    """Return a row for each connection that began, and for each that ended."""
    mine = and_(C.server == server, C.room_sid.in_(sids), PERSON)
    left = case((C.left_at < C.joined_at, C.joined_at), else_=C.left_at)
    joins = select(C.room_sid, C.identity, C.joined_at.label("at"), literal(1).label("step"))
    leaves = select(C.room_sid, C.identity, left.label("at"), literal(-1).label("step"))
    return union_all(joins.where(mine), leaves.where(mine, C.left_at.is_not(None))).subquery()


def _calls(server: str, sids: Collection[str]) -> Select[Any]:
    aborted = select(literal(1)).where(
        C.server == CALLS.c.server, C.sid == CALLS.c.participant_sid, C.aborted
    )
    failed = or_(
        func.coalesce(CALLS.c.sip_code >= FIRST_ERROR, false()), CALLS.c.reason.in_(FAILED_CALL)
    )
    return (
        select(
            CALLS.c.room_sid,
            func.count().label("calls"),
            _number_if(and_(failed, not_(aborted.exists()))).label("failures"),
        )
        .where(CALLS.c.server == server, CALLS.c.room_sid.in_(sids))
        .group_by(CALLS.c.room_sid)
    )


def _egress(server: str, sids: Collection[str]) -> Select[Any]:
    jobs = EGRESS_JOBS.c
    return (
        select(
            jobs.room_sid,
            func.count().label("egress"),
            _number_if(jobs.status.in_(FAILED_EGRESS)).label("failures"),
        )
        .where(jobs.server == server, jobs.room_sid.in_(sids))
        .group_by(jobs.room_sid)
    )


def _ingress(server: str, sids: Collection[str]) -> Select[Any]:
    runs = INGRESS_RUNS.c
    return (
        select(runs.room_sid, _number_if(runs.status == FAILED_INGRESS).label("failures"))
        .where(runs.server == server, runs.room_sid.in_(sids))
        .group_by(runs.room_sid)
    )
