"""Calls as rows of history: what a connection of kind SIP says of its call."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from app.services.history.projecting.reading import short_id
from app.services.history.rows import Key, Row, Rows, key_of, loaded, save
from app.services.sip.states import CallDirection, CallStatus
from app.store.schema import CALLS, CONNECTIONS

SIP = "SIP"
LONGEST_NUMBER = 128
RINGING = {CallStatus.DIALING, CallStatus.RINGING}
# What only a call's own row has: from dialing, and from watching it.
OWN = ("answered_at", "sip_code", "sip_text")
# The ID of a failed call that was dialed, until a webhook says which one it was.
PLACEHOLDER = "dialed-"
LATE = timedelta(seconds=10)  # that LiveKit may report the call after it failed
NOBODY_DIALED: Row = {"answered_at": None, "sip_code": None, "sip_text": ""}


def is_call(connection: Row) -> bool:
    """Return True for the connection of a phone call."""
    return bool(connection["kind"] == SIP)


def call_row(connection: Row) -> Row:
    """Return the call of a connection; attributes by livekit-sip (protocol, attrs.go).

    Its key is sip.callID, or, without one, the participant's SID.
    """
    attributes: dict[str, str] = json.loads(connection["attributes"])
    theirs, ours = (
        attributes.get(name, "")[:LONGEST_NUMBER]
        for name in ("sip.phoneNumber", "sip.trunkPhoneNumber")
    )
    direction = _direction(attributes)
    inbound = direction is not CallDirection.OUTBOUND
    own = ("server", "room_sid", "room", "identity", "reason")
    return {name: connection[name] for name in own} | {
        "call_id": short_id(attributes.get("sip.callID", "")) or connection["sid"],
        "participant_sid": connection["sid"],
        "direction": str(direction),
        "from_number": theirs if inbound else ours,
        "to_number": ours if inbound else theirs,
        "trunk_id": short_id(attributes.get("sip.trunkID", "")),
        "rule_id": short_id(attributes.get("sip.ruleID", "")),
        "status": attributes.get("sip.callStatus", "")[:32],
        "started_at": connection["joined_at"],
        "started_inferred": connection["joined_inferred"],
        "ended_at": connection["left_at"],
        "ended_inferred": connection["left_inferred"],
        "ended_after": connection["left_after"],
        **NOBODY_DIALED,
    }


def _direction(attributes: dict[str, str]) -> CallDirection:
    if attributes.get("sip.ruleID"):
        return CallDirection.INBOUND
    known = any(name.startswith("sip.") for name in attributes)
    return CallDirection.OUTBOUND if known else CallDirection.UNKNOWN


def save_calls(
    connection: Connection, connections: Iterable[Row], watched_at: datetime | None = None
) -> list[Row]:
    """Write the calls of connections that changed, and return their rows.

    A call that was known by its participant's SID alone gets its ID, and keeps what only it has.
    One that rang before and is active `watched_at` a moment was answered by then.
    """
    changed = [row for row in connections if is_call(row)]
    if not changed:
        return []
    new: Rows = {}
    for row in map(call_row, changed):
        key = key_of(CALLS, row)
        new[key] = _both(new[key], row) if key in new else row
    before = loaded(connection, CALLS, new) | _of_participants(connection, changed)
    before |= _dialed(connection, new)
    after = dict(_merged(connection, new, before, watched_at))
    renamed = [
        key
        for key, row in before.items()
        if key not in after and any(_continues(row, other) for other in after.values())
    ]
    for server, call_id in renamed:
        ours = CALLS.c.server == server, CALLS.c.call_id == call_id
        connection.execute(delete(CALLS).where(*ours))
    kept = {key: row for key, row in before.items() if key not in renamed}
    save(connection, CALLS, kept, after)
    return list(after.values())


def _merged(
    connection: Connection, new: Rows, before: Rows, watched_at: datetime | None
) -> Iterator[tuple[Key, Row]]:
    for key, row in new.items():
        old = before.get(key)
        if old and old["participant_sid"] and not _same(old, row):
            row = _later(connection, old, row)
        known = [other for other in before.values() if other is not old and _continues(other, row)]
        known += [old] if old else []
        for other in known:
            row = row | {name: other[name] for name in OWN if other[name] not in {None, ""}}
            if other["status"] in RINGING and row["status"] == CallStatus.ACTIVE:
                row = row | {"answered_at": row["answered_at"] or watched_at}
        yield key, row


def _continues(before: Row, row: Row) -> bool:
    """Return True if a record is of the same participant, or of the same failed call."""
    if before["participant_sid"]:
        return _same(before, row)
    called = ("server", "room", "to_number", "direction")
    in_time = before["started_at"] - LATE <= row["started_at"]
    return in_time and all(before[name] == row[name] for name in called)


def _dialed(connection: Connection, new: Rows) -> Rows:
    """Return the records of failed calls that were dialed into the rooms of calls."""
    outbound = [row for row in new.values() if row["direction"] == CallDirection.OUTBOUND]
    if not outbound:
        return {}
    calls = CALLS.c
    servers, rooms = ({row[name] for row in outbound} for name in ("server", "room"))
    query = select(CALLS).where(
        calls.server.in_(servers), calls.participant_sid == "", calls.room.in_(rooms)
    )
    rows = map(dict, connection.execute(query).mappings())
    return {key_of(CALLS, row): row for row in rows if row["call_id"].startswith(PLACEHOLDER)}


def _same(one: Row, other: Row) -> bool:
    return bool(
        (one["server"], one["participant_sid"]) == (other["server"], other["participant_sid"])
    )


def _later(connection: Connection, old: Row, new: Row) -> Row:
    """Return the call as its later connection shows it, from the start of the first one."""
    key = (old["server"], old["participant_sid"])
    other = loaded(connection, CONNECTIONS, [key]).get(key)
    other_call = call_row(other) if other else old
    return _both(other_call, new)


def _both(one: Row, other: Row) -> Row:
    first, last = sorted((one, other), key=lambda row: (row["started_at"], row["participant_sid"]))
    starts = ("started_at", "started_inferred")
    return last | {name: first[name] for name in starts}


def _of_participants(connection: Connection, connections: list[Row]) -> Rows:
    ours = CALLS.c.server.in_({row["server"] for row in connections})
    sids = CALLS.c.participant_sid.in_({row["sid"] for row in connections})
    query = select(CALLS).where(ours, sids)
    rows = map(dict, connection.execute(query).mappings())
    return {key_of(CALLS, row): row for row in rows}
