"""Sessions compared with LiveKit's rooms."""

from app.services.history.projecting.facts import session_row
from app.services.history.projecting.merging import duration
from app.services.history.projecting.reading import moment, short_id, short_name
from app.services.history.reconciling.comparing import (
    Comparison,
    ended,
    missing,
    opened_again,
)
from app.services.history.rows import Row, Rows, loaded
from app.store.schema import SESSIONS


def compare_sessions(comparison: Comparison) -> None:
    """Open what LiveKit lists, and close what it lists no longer."""
    before = comparison.open_rows(SESSIONS, "ended_at")
    sids = {(comparison.server, short_id(room.sid)) for room in comparison.listed.rooms if room.sid}
    before |= loaded(comparison.connection, SESSIONS, sids - before.keys())
    after = dict(before)
    newest = _open_listed(comparison, after)
    for key, row in before.items():
        if key not in sids and row["ended_at"] is None:
            after[key] = _unlisted(comparison, row, newest)
    for key, row in after.items():
        after[key] = row | {"duration": duration(row)}
        if key not in before:
            comparison.touched.add(key)
    comparison.save(SESSIONS, before, after)


def _open_listed(comparison: Comparison, rows: Rows) -> dict[str, Row]:
    """Open and mark as seen what is listed; return the sessions by the names of their rooms."""
    newest: dict[str, Row] = {}
    for room in comparison.listed.rooms:
        if not room.sid:
            continue
        key = comparison.server, short_id(room.sid)
        row, name = rows.get(key), short_name(room.name)
        if row is None:
            created = moment(room.creation_time_ms, 1000) or moment(room.creation_time, 1)
            row = session_row(comparison.server, key[1], name, created or comparison.now)
            comparison.repaired["session.opened"] += 1
        elif row["ended_at"] is not None and row["ended_inferred"]:
            row = opened_again(row, "ended", "end_reason")
            comparison.repaired["session.reopened"] += 1
        if row["ended_at"] is None:
            row = row | {"seen_at": max(row["seen_at"], comparison.now), "missing_since": None}
            newest[name] = row
        rows[key] = row
    return newest


def _unlisted(comparison: Comparison, row: Row, newest: dict[str, Row]) -> Row:
    """Return a session that LiveKit doesn't list: it is over if its name has another SID."""
    other = newest.get(row["room"])
    if other is not None and other["started_at"] >= row["started_at"]:
        comparison.repaired["session.closed"] += 1
        return ended(row, "ended", max(other["started_at"], row["seen_at"]), row["seen_at"])
    if comparison.fresh(row):
        return row

    def closed(row: Row) -> Row:
        comparison.repaired["session.closed"] += 1
        return ended(row, "ended", row["missing_since"], row["seen_at"])

    return missing(comparison, row, closed)
