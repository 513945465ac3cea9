"""Search history: a session by its SID, and the last one of a room by the room's exact name."""

from urllib.parse import urlencode

from app.errors import NotFound
from app.navigation.search import Group, Hit
from app.services.history import sessions as history
from app.services.history.sessions import Session
from app.store.errors import StoreError
from app.store.store import Store
from app.text.formatters import plural
from app.text.paths import SESSIONS, session_path
from app.text.zones import written

TITLE, ICON = "Sessions", "clock-history"


async def sessions(store: Store, q: str) -> Group:
    """Return the session with this SID, or the last one of the room with this name."""
    try:
        session = await _one(store, q)
    except StoreError as error:
        return Group(TITLE, ICON, error=error)
    if session is None:
        return Group(TITLE, ICON)
    note = f"{written(session.started_at)}, {plural(session.participants, 'participant')}"
    hit = Hit(session.room or session.sid, session_path(session.sid), f"{session.sid}, {note}")
    more = f"{SESSIONS}?{urlencode({'room': session.room})}" if session.room else ""
    return Group(TITLE, ICON, (hit,), 1, more)


async def _one(store: Store, q: str) -> Session | None:
    try:
        return await history.get(store, q)
    except NotFound:
        return await history.last(store, q)
