"""Tracks compared with those of the participants that LiveKit lists."""

from datetime import datetime

from livekit.protocol import models
from sqlalchemy import Connection, or_, select

from app.services.history.projecting.facts import track_row
from app.services.history.projecting.reading import short_id
from app.services.history.reconciling.comparing import FRESH, Comparison
from app.services.history.rows import Key, Row, key_of, loaded, save
from app.store.schema import CONNECTIONS, TRACKS


def compare_tracks(comparison: Comparison) -> None:
    """Open and close tracks as the participants listed have them, or as they left."""
    listed = _listed(comparison)
    before = loaded(comparison.connection, TRACKS, listed)
    after = dict(before)
    for key, row in listed.items():
        known = before.get(key)
        if known is None:
            after[key] = row
            comparison.repaired["track.opened"] += 1
        elif known["unpublished_at"] is not None and known["unpublished_inferred"]:
            after[key] = known | {"unpublished_at": None, "unpublished_inferred": False}
            comparison.repaired["track.reopened"] += 1
    people = {short_id(who.sid) for those in comparison.listed.people.values() for who in those}
    for row, left_at in _open_with_ends(comparison.connection, comparison.server, people):
        key = key_of(TRACKS, row)
        if left_at is not None:
            before[key] = row
            after[key] = _closed(comparison, row, left_at)
        elif row["participant_sid"] in people and key not in listed and not _fresh(comparison, row):
            before[key] = row
            after[key] = _closed(comparison, row, comparison.now)
    save(comparison.connection, TRACKS, before, after)


def _listed(comparison: Comparison) -> dict[Key, Row]:
    rooms = {room.name: room for room in comparison.listed.rooms}
    return {
        (comparison.server, short_id(track.sid)): track_row(
            comparison.server,
            track,
            {"type": track.type, "source": track.source},
            room_sid=short_id(rooms[name].sid),
            participant_sid=short_id(who.sid),
            at=comparison.now,
            source="list",
        )
        | {"published_inferred": True}
        for name, people in comparison.listed.people.items()
        for who in people
        if who.sid and who.state == models.ParticipantInfo.ACTIVE
        for track in who.tracks
        if track.sid
    }


def _fresh(comparison: Comparison, row: Row) -> bool:
    return bool(row["published_at"] > comparison.listed.began - FRESH)


def _closed(comparison: Comparison, row: Row, at: datetime) -> Row:
    comparison.repaired["track.closed"] += 1
    return row | {"unpublished_at": max(at, row["published_at"]), "unpublished_inferred": True}


def _open_with_ends(
    connection: Connection, server: str, people: set[str]
) -> list[tuple[Row, datetime | None]]:
    """Return the tracks without an end of participants who left, with that moment, or of people."""
    owner = (TRACKS.c.server == CONNECTIONS.c.server) & (
        TRACKS.c.participant_sid == CONNECTIONS.c.sid
    )
    query = (
        select(TRACKS, CONNECTIONS.c.left_at.label("owner_left_at"))
        .join(CONNECTIONS, owner)
        .where(
            TRACKS.c.server == server,
            TRACKS.c.unpublished_at.is_(None),
            or_(CONNECTIONS.c.left_at.is_not(None), TRACKS.c.participant_sid.in_(people)),
        )
    )
    rows = (dict(row) for row in connection.execute(query).mappings())
    return [(row, row.pop("owner_left_at")) for row in rows]
