"""The webhooks of a session, as a list: what they say is on pages of their own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_

from app.services.history.lists.walking import EPOCH, Cursor, Found
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import WEBHOOK_EVENTS
from app.store.store import Store

COLUMNS = ("id", "event", "created_at", "received_at", "identity", "resource")


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """A webhook; `created_at` is in whole seconds, and None if it doesn't say."""

    id: int
    event: str
    created_at: datetime | None
    received_at: datetime
    identity: str
    resource: str


async def of_session(
    store: Store, session: str, size: int, after: Cursor | None = None
) -> Found[SessionEvent]:
    """Return webhooks about a room's SID, in the order of their creation. Raises StoreError."""
    rows = WEBHOOK_EVENTS.c
    query = select(*(rows[name] for name in COLUMNS))
    query = query.where(rows.server == DEFAULT_SERVER, rows.room_sid == session)
    if after is not None and after.sid.isdigit():
        own = tuple_(rows.created_at, rows.id)
        other = tuple_(after.at, int(after.sid), types=[rows.created_at.type, rows.id.type])
        query = query.where(rows.created_at >= after.at, own > other)
    query = query.order_by(rows.created_at, rows.id).limit(size + 1)
    async with store.read() as connection:
        found = (await connection.execute(query)).mappings().all()
    last = found[size - 1] if len(found) > size else None
    older = Cursor(last["created_at"], str(last["id"])) if last else None
    return Found([_event(dict(row)) for row in found[:size]], older)


def _event(row: dict[str, Any]) -> SessionEvent:
    created = row.pop("created_at")
    return SessionEvent(created_at=created if created > EPOCH else None, **row)
