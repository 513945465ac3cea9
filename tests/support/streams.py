"""Streams of webhooks as a server sends them, and history that a stream makes in a store."""

import json
import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from app.services.history.projecting.projector import project, waiting
from app.services.history.projecting.reading import short_id, short_name
from app.services.history.rows import KEYS
from app.services.webhooks.receiving import EPOCH
from app.store.partitions import add_months
from app.store.schema import METADATA, WEBHOOK_EVENTS
from app.store.store import Store
from tests.support.stores import in_store

SERVER = "default"
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
Event = dict[str, Any]
History = dict[str, list[dict[str, Any]]]


def at(seconds: float) -> datetime:
    """Return a moment after the start of the streams."""
    return START + timedelta(seconds=seconds)


def ms(seconds: float) -> str:
    """Return a moment as protobuf's JSON has milliseconds."""
    return str((at(seconds) - EPOCH) // timedelta(milliseconds=1))


def ns(seconds: float) -> str:
    """Return a moment as protobuf's JSON has nanoseconds."""
    return str((at(seconds) - EPOCH) // timedelta(microseconds=1) * 1000)


def webhook(kind: str, seconds: float, **parts: Any) -> Event:
    """Return an event, which LiveKit dates in whole seconds."""
    created = str(int(at(seconds).timestamp()))
    return {"event": kind, "id": f"EV_{secrets.token_hex(6)}", "createdAt": created} | parts


def room(sid: str = "RM_1", name: str = "standup", created: float = 0.25) -> dict[str, Any]:
    """Return a full room."""
    whole = str(int(at(created).timestamp()))
    return {"sid": sid, "name": name, "creationTime": whole, "creationTimeMs": ms(created)}


def brief(full: dict[str, Any]) -> dict[str, Any]:
    """Return what LiveKit names of a room in events of tracks and egress."""
    return {"sid": full["sid"], "name": full["name"]}


def person(sid: str, identity: str, joined: float, **more: Any) -> dict[str, Any]:
    """Return a full participant."""
    whole = str(int(at(joined).timestamp()))
    own = {"sid": sid, "identity": identity, "joinedAt": whole, "joinedAtMs": ms(joined)}
    return own | {"state": "ACTIVE", "version": 1} | more


def kept(events: Iterable[Event], origin: str = "livekit") -> list[dict[str, Any]]:
    """Return events as rows of the store."""
    return [
        {
            "server": SERVER,
            "event_id": event["id"],
            "event": event["event"],
            "origin": origin,
            "created_at": datetime.fromtimestamp(int(event["createdAt"]), UTC),
            "received_at": datetime.fromtimestamp(int(event["createdAt"]) + 1, UTC),
            "room": short_name(str(event.get("room", {}).get("name", ""))),
            "room_sid": short_id(event.get("room", {}).get("sid", "")),
            "identity": short_name(event.get("participant", {}).get("identity", "")),
            "resource": "",
            "duplicates": 0,
            "projected": False,
            "body": json.dumps(event, ensure_ascii=False),
        }
        for event in events
    ]


async def keep(store: Store, events: Iterable[Event], origin: str = "livekit") -> None:
    """Put events into the store, as the intake does."""
    rows = kept(events, origin)
    async with store.write() as connection:
        await connection.run_sync(add_months, START - timedelta(days=40), START)
        await connection.execute(insert(WEBHOOK_EVENTS), rows)


async def project_all(store: Store, together: int = 200) -> None:
    """Project everything that waits."""
    while events := await waiting(store, together):
        await project(store, events)


async def history(store: Store, tables: Sequence[str] = tuple(KEYS)) -> History:
    """Return all rows of history, in the order of their keys."""
    found = {}
    async with store.read() as connection:
        for name in tables:
            table = METADATA.tables[name]
            query = select(table).order_by(*(table.c[key] for key in KEYS[name]))
            found[name] = [dict(row) for row in (await connection.execute(query)).mappings()]
    return found


async def projected(store: Store, events: Iterable[Event]) -> History:
    """Put events into the store, project them, and return the history that they make."""
    await keep(store, events)
    await project_all(store)
    return await history(store)


def made(database: str, *events: Event) -> History:
    """Return the history that events make."""

    async def work(store: Store) -> History:
        return await projected(store, events)

    return in_store(database, work)


def one(rows: list[dict[str, Any]], **expected: Any) -> None:
    """Check some columns of the only row."""
    (row,) = rows
    assert {name: row[name] for name in expected} == expected
