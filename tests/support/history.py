"""Rows of history for tests of what reads it, written as the projector would."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Table, insert

from app.store.schema import CALLS, CONNECTIONS, EGRESS_JOBS, SESSIONS, TRACKS, WEBHOOK_EVENTS
from app.store.schema.metadata import Moment
from app.store.store import Store
from tests.support.stores import in_store

Row = dict[str, Any]
NOW = datetime.now(UTC).replace(microsecond=0)
BEGAN = NOW - timedelta(hours=3)


def minutes(number: float) -> datetime:
    """Return a moment after the session of most tests began."""
    return BEGAN + timedelta(minutes=number)


def session(sid: str, room: str, **own: Any) -> Row:
    """Return a session of an hour, ended by its timeout."""
    row: Row = {"sid": sid, "room": room, "started_at": BEGAN, "ended_at": minutes(60)}
    row |= {"end_reason": "ROOM_END_IDLE_TIMEOUT"} | own
    if row["ended_at"] is not None:
        row["duration"] = (row["ended_at"] - row["started_at"]) // timedelta(microseconds=1)
    return row | {"seen_at": row["ended_at"] or NOW}


def connection(sid: str, of: Row, identity: str, **own: Any) -> Row:
    """Return a connection to a session, from its start to its end."""
    row = {"sid": sid, "room_sid": of["sid"], "room": of["room"], "identity": identity}
    row |= {"kind": "STANDARD", "joined_at": of["started_at"], "left_at": of["ended_at"]}
    row |= {"reason": "CLIENT_INITIATED", "attributes": "{}"} | own
    return row | {"described_at": row["joined_at"], "seen_at": row["left_at"] or NOW}


def track(sid: str, of: Row, source: str, **own: Any) -> Row:
    """Return a track of a connection, published as long as that lasted."""
    row = {"sid": sid, "room_sid": of["room_sid"], "participant_sid": of["sid"], "source": source}
    row |= {"type": "AUDIO" if source == "MICROPHONE" else "VIDEO"}
    return row | {"published_at": of["joined_at"], "unpublished_at": of["left_at"]} | own


def egress(egress_id: str, of: Row, **own: Any) -> Row:
    """Return a job that recorded a session."""
    row = {"egress_id": egress_id, "room_sid": of["sid"], "room": of["room"], "info": "{}"}
    row |= {"type": "room_composite", "status": "EGRESS_COMPLETE", "started_at": of["started_at"]}
    row |= {"ended_at": of["ended_at"]} | own
    return row | {"updated_at": row["ended_at"] or NOW}


def call(call_id: str, **own: Any) -> Row:
    """Return an inbound call of ten minutes that nobody watched."""
    row: Row = {"call_id": call_id, "participant_sid": f"PA_{call_id}", "room_sid": "RM_call"}
    row |= {"room": "call-1", "identity": "sip_1", "direction": "inbound", "trunk_id": "ST_1"}
    row |= {"from_number": "+15550142111", "to_number": "+49301234567", "rule_id": "SDR_1"}
    row |= {"started_at": BEGAN, "ended_at": minutes(10), "reason": "CLIENT_INITIATED"}
    return row | own


def event(event_id: str, kind: str, of: Row, **own: Any) -> Row:
    """Return a webhook about a session."""
    row = {"event_id": event_id, "event": kind, "origin": "livekit", "room": of["room"]}
    row |= {"room_sid": of["sid"], "created_at": BEGAN, "received_at": BEGAN, "projected": True}
    return row | {"resource": of["sid"], "body": "{}"} | own


def keep(url: str, rows: Mapping[Table, Sequence[Row]]) -> None:
    """Write rows into the store at a URL; columns that are not given are empty."""

    async def write(store: Store) -> None:
        await add(store, rows)

    in_store(url, write)


async def add(store: Store, rows: Mapping[Table, Sequence[Row]]) -> None:
    """Write rows; columns that are not given are empty."""
    async with store.write() as transaction:
        for table, some in rows.items():
            whole = [_whole(table, row) for row in some]
            for start in range(0, len(whole), 200):
                await transaction.execute(insert(table), whole[start : start + 200])


def _whole(table: Table, row: Row) -> Row:
    given = {"server": "default", **row}
    missing = [column for column in table.c if column.name not in {"id", *given}]
    return given | {each.name: None if each.nullable else _empty(each) for each in missing}


def _empty(column: Column[Any]) -> Any:
    if isinstance(column.type, Moment):
        return BEGAN
    return column.type.python_type()


__all__ = (
    "CALLS",
    "CONNECTIONS",
    "EGRESS_JOBS",
    "SESSIONS",
    "TRACKS",
    "WEBHOOK_EVENTS",
)
