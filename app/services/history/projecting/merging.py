"""Two reports about one thing become one row: the same whichever came first, and how often.

What was reported beats what was inferred. For each table the merge is commutative, associative and
idempotent, so that the order of events doesn't matter, nor what comes twice.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from app.services.history.projecting.work_facts import EGRESS_ORDER, INGRESS_OPEN
from app.store.schema import CONNECTIONS, EGRESS_JOBS, INGRESS_RUNS, SESSIONS, TRACKS

Row = dict[str, Any]
DESCRIPTION = ("name", "kind", "hidden", "attributes", "described_at", "described_by")
TRACK = ("type", "source", "name", "mime_type", "described_by")
EGRESS = ("type", "status", "error", "error_code", "updated_at", "info")
INGRESS = ("name", "input", "status", "error", "updated_at")


def merged(table: str, one: Row, other: Row) -> Row:
    """Return the row that two reports make together; `one` has what only the store knows."""
    return MERGES[table](one, other)


def _session(one: Row, other: Row) -> Row:
    seen = max(one["seen_at"], other["seen_at"])
    row = one | _start(one, other, "started") | {"room": max(one["room"], other["room"])}
    row |= {"seen_at": seen} | _end(one, other, "ended", "end_reason", seen)
    return row | {"duration": duration(row)}


def duration(session: Row) -> int | None:
    """Return how long a session lasted, in microseconds; None while it is open."""
    if session["ended_at"] is None:
        return None
    lasted: timedelta = session["ended_at"] - session["started_at"]
    return max(0, (lasted.days * 86_400 + lasted.seconds) * 1_000_000 + lasted.microseconds)


def _connection(one: Row, other: Row) -> Row:
    newer = max(one, other, key=lambda row: (row["described_at"], row["described_by"]))
    seen = max(one["seen_at"], other["seen_at"])
    return (
        one
        | {name: newer[name] for name in DESCRIPTION}
        | {name: max(one[name], other[name]) for name in ("room_sid", "room", "identity")}
        | _start(one, other, "joined")
        | _end(one, other, "left", "reason", seen)
        | {"aborted": one["aborted"] or other["aborted"], "seen_at": seen}
    )


def _track(one: Row, other: Row) -> Row:
    newer = max(one, other, key=lambda row: row["described_by"])
    return (
        one
        | {name: newer[name] for name in TRACK}
        | {name: max(one[name], other[name]) for name in ("room_sid", "participant_sid")}
        | _start(one, other, "published")
        | _end(one, other, "unpublished")
    )


def _egress(one: Row, other: Row) -> Row:
    newer = max(one, other, key=_egress_order)
    return (
        one
        | {name: newer[name] for name in (*EGRESS, "ended_at", "ended_inferred", "ended_after")}
        | {name: max(one[name], other[name]) for name in ("room_sid", "room")}
        | _start(one, other, "started")
    )


def _egress_order(row: Row) -> tuple[Any, ...]:
    """Sort reports: one of its end is the last, whatever its time says."""
    status = row["status"]
    rank = EGRESS_ORDER.index(status) if status in EGRESS_ORDER else len(EGRESS_ORDER)
    ended = row["ended_at"] is not None
    return ended and not row["ended_inferred"], row["updated_at"], rank, ended, row["info"], status


def _ingress(one: Row, other: Row) -> Row:
    newer = max(one, other, key=_ingress_order)
    return (
        one
        | {name: newer[name] for name in (*INGRESS, "ended_at", "ended_inferred", "ended_after")}
        | {name: max(one[name], other[name]) for name in ("room_sid", "room")}
    )


def _ingress_order(row: Row) -> tuple[Any, ...]:
    status = row["status"]
    rank = INGRESS_OPEN.index(status) if status in INGRESS_OPEN else len(INGRESS_OPEN)
    ended = row["ended_at"] is not None
    told = (str(row["ended_at"]), status, row["error"], row["name"], row["input"])
    return ended and not row["ended_inferred"], row["updated_at"], rank, ended, told


def _start(one: Row, other: Row, name: str) -> Row:
    """Return the start: the earliest that was reported, or else the earliest inferred."""
    at, inferred = f"{name}_at", f"{name}_inferred"
    better = min(one, other, key=lambda row: (row[inferred], row[at]))
    return {at: better[at], inferred: better[inferred]}


def _end(one: Row, other: Row, name: str, reason: str = "", seen: Any = None) -> Row:
    """Return the end: the latest that was reported, or else one inferred that nothing disproves."""
    at, inferred, after = f"{name}_at", f"{name}_inferred", f"{name}_after"
    columns = [at, inferred, *([reason, after] if reason else ())]
    ended = [row for row in (one, other) if row[at] is not None]
    if not ended:
        return {column: one[column] for column in columns}
    last = max(ended, key=lambda row: (not row[inferred], row[at], row[reason] if reason else ""))
    if last[inferred] and seen is not None and seen > last[at]:
        return dict.fromkeys(columns) | {inferred: False} | ({reason: ""} if reason else {})
    return {column: last[column] for column in columns}


MERGES: dict[str, Callable[[Row, Row], Row]] = {
    SESSIONS.name: _session,
    CONNECTIONS.name: _connection,
    TRACKS.name: _track,
    EGRESS_JOBS.name: _egress,
    INGRESS_RUNS.name: _ingress,
}
