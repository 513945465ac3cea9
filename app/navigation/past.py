"""Search history by exact names: sessions by SID or room, conversations by job or agent."""

from urllib.parse import urlencode

from app.errors import NotFound
from app.navigation.search import Group, Hit
from app.services.conversations.lists import listing
from app.services.conversations.lists.wanted import Listed
from app.services.history import sessions as history
from app.services.history.masking import Masking
from app.services.history.sessions import Session
from app.store.errors import StoreError
from app.store.store import Store
from app.text.formatters import plural
from app.text.paths import CONVERSATIONS, SESSIONS, conversation_path, session_path
from app.text.zones import written

TITLE, ICON = "Sessions", "clock-history"


async def sessions(store: Store, q: str, masks: Masking) -> Group:
    """Return the session with this SID, or the last one of the room with this name."""
    try:
        session = await _one(store, q)
    except StoreError as error:
        return Group(TITLE, ICON, error=error)
    if session is None:
        return Group(TITLE, ICON)
    note = f"{written(session.started_at)}, {plural(session.participants, 'participant')}"
    room = masks.room(session.room)
    hit = Hit(room or session.sid, session_path(session.sid), f"{session.sid}, {note}")
    is_named = room and room == session.room
    more = f"{SESSIONS}?{urlencode({'room': room})}" if is_named else ""
    return Group(TITLE, ICON, (hit,), 1, more)


async def conversations(store: Store, q: str) -> Group:
    """Return the conversation of the job with this ID, or the last one of the agent of this name.

    Only whole names are found: parts of them have no index.
    """
    title, image = "Conversations", "chat-left-text"
    try:
        found = await _conversation(store, q)
    except StoreError as error:
        return Group(title, image, error=error)
    if found is None:
        return Group(title, image)
    note = f"{found.job}, {written(found.started_at)}"
    if found.turns is not None:
        note += f", {plural(found.turns, 'turn')}"
    hit = Hit(found.agent or found.job, conversation_path(found.job), note)
    more = f"{CONVERSATIONS}?{urlencode({'agent': found.agent})}" if found.agent else ""
    return Group(title, image, (hit,), 1, more)


async def _conversation(store: Store, q: str) -> Listed | None:
    try:
        return await listing.get(store, q)
    except NotFound:
        return await listing.last_of(store, q)


async def _one(store: Store, q: str) -> Session | None:
    try:
        return await history.get(store, q)
    except NotFound:
        return await history.last(store, q)
