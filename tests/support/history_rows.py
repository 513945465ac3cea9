"""Rows of history as the projector writes them, for tests of what reads them."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert

from app.store.schema import CONNECTIONS, SESSIONS
from app.store.store import Store

SERVER = "default"


def blank(table: Table) -> dict[str, Any]:
    """Return a row in which everything that must have a value is empty."""
    empty: dict[type, Any] = {str: "", int: 0, bool: False}
    return {
        column.name: empty.get(column.type.python_type)
        for column in table.columns
        if not column.nullable
    }


def session(room: str, started_at: datetime, ended_at: datetime | None = None) -> dict[str, Any]:
    """Return the row of a session."""
    own = {"server": SERVER, "sid": f"RM_{secrets.token_hex(6)}", "room": room}
    times = {"started_at": started_at, "ended_at": ended_at, "seen_at": ended_at or started_at}
    return blank(SESSIONS) | own | times


def connection(
    of: dict[str, Any],
    identity: str,
    joined_at: datetime,
    left_at: datetime | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Return the row of a participant's connection to a session."""
    own = {"server": SERVER, "sid": f"PA_{secrets.token_hex(6)}", "identity": identity}
    place = {"room": of["room"], "room_sid": of["sid"], "kind": "STANDARD", "attributes": "{}"}
    times = {"joined_at": joined_at, "left_at": left_at, "seen_at": left_at or joined_at}
    return blank(CONNECTIONS) | own | place | times | {"described_at": joined_at} | more


async def add(store: Store, table: Table, *rows: dict[str, Any]) -> None:
    """Write rows into a table."""
    async with store.write() as writing:
        await writing.execute(insert(table), list(rows))
