"""Sessions compared with LiveKit's rooms."""

from datetime import datetime

from livekit.protocol import models
from sqlalchemy import select

from app.services.history.projecting.facts import session_row
from app.services.history.projecting.merging import duration
from app.services.history.projecting.reading import moment, short_id, short_name
from app.services.history.reconciling.comparing import (
    Comparison,
    ended,
    missing,
    opened_again,
)
from app.services.history.rows import Row, loaded
from app.store.schema import SESSIONS


def compare_sessions(comparison: Comparison) -> None:
    """Open what LiveKit lists, and close what it lists no longer.

    Rows that agree, of which there may be thousands, are neither read whole nor written.
    """
    listed = {short_id(room.sid): room for room in comparison.listed.rooms if room.sid}
    known = _open(comparison)
    different = known.keys() ^ listed.keys() | {sid for sid, missed in known.items() if missed}
    keys = {(comparison.server, sid) for sid in different}
    before = loaded(comparison.connection, SESSIONS, keys)
    after = dict(before)
    for sid in different & listed.keys():
        key = comparison.server, sid
        after[key] = _listed(comparison, before.get(key), listed[sid])
    names = {short_name(room.name): room for room in listed.values()}
    for key, row in before.items():
        if key[1] not in listed and row["ended_at"] is None:
            after[key] = _unlisted(comparison, row, names.get(row["room"]))
    for key, row in after.items():
        after[key] = row | {"duration": duration(row)}
        if key not in before:
            comparison.touched.add(key)
    comparison.save(SESSIONS, before, after)


def _open(comparison: Comparison) -> dict[str, bool]:
    """Return the SIDs of the sessions without an end, and which of them were missed before."""
    own = SESSIONS.c
    query = select(own.sid, own.missing_since.is_not(None)).where(
        own.server == comparison.server, own.ended_at.is_(None)
    )
    return {sid: bool(missed) for sid, missed in comparison.connection.execute(query)}


def _listed(comparison: Comparison, row: Row | None, room: models.Room) -> Row:
    """Return the session of a room that LiveKit lists: open, unless its end was reported."""
    if row is None:
        comparison.repaired["session.opened"] += 1
        started_at = _created(room) or comparison.now
        name = short_name(room.name)
        return session_row(comparison.server, short_id(room.sid), name, started_at)
    if row["ended_at"] is not None and row["ended_inferred"]:
        row = opened_again(row, "ended", "end_reason")
        comparison.repaired["session.reopened"] += 1
    if row["ended_at"] is None:
        row = row | {"seen_at": max(row["seen_at"], comparison.now), "missing_since": None}
    return row


def _created(room: models.Room) -> datetime | None:
    return moment(room.creation_time_ms, 1000) or moment(room.creation_time, 1)


def _unlisted(comparison: Comparison, row: Row, other: models.Room | None) -> Row:
    """Return a session that LiveKit doesn't list: it is over if its name has another SID."""
    row = row | {"seen_at": _last_listed(comparison, row)}
    created = _created(other) if other else None
    if created is not None and created >= row["started_at"]:
        comparison.repaired["session.closed"] += 1
        return ended(row, "ended", max(created, row["seen_at"]), row["seen_at"])
    if comparison.fresh(row):
        return row

    def closed(row: Row) -> Row:
        comparison.repaired["session.closed"] += 1
        return ended(row, "ended", row["missing_since"], row["seen_at"])

    return missing(comparison, row, closed)


def _last_listed(comparison: Comparison, row: Row) -> datetime:
    """Return when a session was last known to be open: what no round missed was in the last one."""
    seen_at: datetime = row["seen_at"]
    if row["missing_since"] is not None or comparison.last_round is None:
        return seen_at
    return max(seen_at, comparison.last_round)
