"""The last webhook that came, for the overview."""

from datetime import datetime

from sqlalchemy import select

from app.services.server.attention.webhooks import Heard
from app.services.webhooks.intake import LIVEKIT
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.services.webhooks.states import WebhookEvent
from app.services.webhooks.stored.kept import is_of
from app.store.errors import StoreError
from app.store.schema import WEBHOOK_EVENTS
from app.store.store import Store

EVENTS = WEBHOOK_EVENTS.c


async def heard(store: Store, since: datetime, server: str = DEFAULT_SERVER) -> Heard:
    """Return what was received of a server; `since` is when this process began to listen."""
    genuine = EVENTS.origin == LIVEKIT
    newest = select(EVENTS.received_at).where(is_of(server), genuine)
    newest = newest.order_by(EVENTS.received_at.desc())
    named = EVENTS.server == server, EVENTS.event == WebhookEvent.ROOM_STARTED
    started = select(EVENTS.id).where(*named, genuine)
    try:
        async with store.read() as connection:
            last = (await connection.execute(newest.limit(1))).scalar()
            rooms = last and (await connection.execute(started.limit(1))).scalar()
    except StoreError as error:
        return Heard(since, failed=error.title)
    return Heard(since, last, rooms is not None)
