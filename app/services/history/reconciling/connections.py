"""Connections and their tracks compared with the participants that LiveKit lists."""

from datetime import timedelta

from livekit.protocol import models
from sqlalchemy import ColumnElement, exists, or_, select

from app.services.history.call_rows import save_calls
from app.services.history.projecting.facts import connection_row, described
from app.services.history.projecting.reading import short_id, short_name
from app.services.history.reconciling.comparing import (
    Comparison,
    ended,
    missing,
    opened_again,
)
from app.services.history.rows import Key, Row, Rows, loaded
from app.store.schema import CONNECTIONS, SESSIONS

LATE = timedelta(seconds=10)  # that webhooks of leaving may come after the one of the room's end
LISTING = "list"  # in the place of an event's ID


def compare_connections(comparison: Comparison) -> None:
    """Open and close connections as the rooms that were checked have them, or as they ended."""
    listed = _listed(comparison)
    checked = {
        short_id(room.sid)
        for room in comparison.listed.rooms
        if room.name in comparison.listed.people
    }
    looked_at = or_(CONNECTIONS.c.room_sid.in_(checked), _in_an_ended_session())
    before = comparison.open_rows(CONNECTIONS, "left_at", looked_at)
    before |= loaded(comparison.connection, CONNECTIONS, listed.keys() - before.keys())
    after = dict(before)
    for key, (room, who) in listed.items():
        if key in before or who.state == models.ParticipantInfo.ACTIVE:
            after[key] = _seen(comparison, before.get(key), room, who)
    for key, row in before.items():
        in_list = key in listed or row["left_at"] is not None
        if not in_list and row["room_sid"] in checked and not comparison.fresh(row):
            after[key] = missing(comparison, row, lambda row: _left(comparison, row))
    _close_with_sessions(comparison, after)
    changed = comparison.save(CONNECTIONS, before, after)
    calls = save_calls(comparison.connection, changed, comparison.now)
    comparison.touched |= {(row["server"], row["room_sid"]) for row in calls}


def _in_an_ended_session() -> ColumnElement[bool]:
    own, session = CONNECTIONS.c, SESSIONS.c
    of = (session.server == own.server) & (session.sid == own.room_sid)
    return exists().where(of, session.ended_at.is_not(None))


def _listed(comparison: Comparison) -> dict[Key, tuple[models.Room, models.ParticipantInfo]]:
    rooms = {room.name: room for room in comparison.listed.rooms}
    return {
        (comparison.server, short_id(who.sid)): (rooms[name], who)
        for name, people in comparison.listed.people.items()
        for who in people
        if who.sid and who.state != models.ParticipantInfo.DISCONNECTED
    }


def _seen(
    comparison: Comparison, row: Row | None, room: models.Room, who: models.ParticipantInfo
) -> Row:
    """Return the connection of a participant that LiveKit lists."""
    now = comparison.now
    fresh = described(who, {"kind": who.kind}, now, LISTING)
    if row is None:
        about = short_id(room.sid), short_name(room.name)
        identity = short_name(who.identity)
        row = connection_row(
            comparison.server, short_id(who.sid), room=about, identity=identity, at=now
        )
        comparison.repaired["connection.opened"] += 1
        return row | fresh | {"joined_inferred": True}
    if row["left_at"] is not None:
        if not row["left_inferred"]:
            return row  # it left while the list was read
        row = opened_again(row, "left", "reason")
        comparison.repaired["connection.reopened"] += 1
    if any(row[name] != fresh[name] for name in ("name", "kind", "hidden", "attributes")):
        row = row | {name: fresh[name] for name in fresh if not name.startswith("joined")}
    if row["joined_inferred"] and not fresh["joined_inferred"]:
        row = row | {"joined_at": fresh["joined_at"]}
    return row | {"seen_at": max(row["seen_at"], now), "missing_since": None}


def _left(comparison: Comparison, row: Row) -> Row:
    comparison.repaired["connection.closed"] += 1
    return ended(row, "left", row["missing_since"], row["seen_at"])


def _close_with_sessions(comparison: Comparison, rows: Rows) -> None:
    """Close what is still open in sessions that have ended."""
    still = {key: row for key, row in rows.items() if row["left_at"] is None}
    sids = {row["room_sid"] for row in still.values()}
    over = {row["sid"]: row for row in _ended_sessions(comparison, sids)}
    for key, row in still.items():
        session = over.get(row["room_sid"])
        if session and (session["ended_inferred"] or session["ended_at"] < comparison.now - LATE):
            comparison.repaired["connection.closed"] += 1
            after = session["ended_after"] or row["seen_at"]
            rows[key] = ended(row, "left", session["ended_at"], min(row["seen_at"], after))


def _ended_sessions(comparison: Comparison, sids: set[str]) -> list[Row]:
    found: list[Row] = []
    wanted = sorted(sids)
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        query = select(SESSIONS).where(
            SESSIONS.c.server == comparison.server,
            SESSIONS.c.sid.in_(some),
            SESSIONS.c.ended_at.is_not(None),
        )
        found += map(dict, comparison.connection.execute(query).mappings())
    return found
