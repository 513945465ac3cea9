"""/sessions/{sid}: one session: its timeline, who was in it, and what LiveKit sent about it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from app.routes.history.shared import At, masking
from app.routes.history.timeline import LANES, MOST_LANES, Milliseconds, Zoom, drawing
from app.security.guards import sees
from app.security.roles import Permission, User
from app.services.audit import listing as audit
from app.services.history import connections, sessions
from app.services.history.drawing.scale import scale
from app.services.history.lists.walking import Cursor
from app.services.history.masking import Masking
from app.services.history.parts import events
from app.services.history.sessions import Session
from app.store.store import Store
from app.text.paths import name_in, session_path
from app.web.deps import SettingsDep, StoreDep, UserDep
from app.web.pages import page

ROWS = 100  # of the lists below the timeline
AUDIT_ROWS = 50
Tab = Literal["", "connections", "media", "events", "audit"]

router = APIRouter()


async def _sid(sid: Annotated[str, Path(max_length=1000)]) -> str:
    return name_in(sid)


Sid = Annotated[str, Depends(_sid)]


@router.get("/sessions/{sid}", dependencies=[sees(Permission.HISTORY_READ)])
async def session_page(
    request: Request,
    store: StoreDep,
    settings: SettingsDep,
    user: UserDep,
    sid: Sid,
    tab: Tab = "",
    start: Annotated[Milliseconds, Query(alias="from")] = None,
    end: Annotated[Milliseconds, Query(alias="to")] = None,
    lanes: Annotated[int, Query(ge=1, le=MOST_LANES)] = LANES,
    after: At = "",
    closed: Literal["", "1"] = "",
) -> Response:
    """Show the session; with `closed`, as the last one of a room that isn't open any more."""
    now = datetime.now(UTC)
    session = await sessions.get(store, sid)
    drawn = scale(session, now, start, end)
    masks = masking(user)
    shown, beside = await asyncio.gather(
        drawing(store, masks.in_room(session), drawn, lanes, masks, now),
        sessions.beside(store, session),
    )
    state = {"tab": tab, "lanes": lanes if lanes != LANES else ""}
    return await page(
        request,
        "history/session.html.j2",
        live=session.is_open and not drawn.zoomed and not after,
        topics=("sessions", f"session:{sid}"),
        now=now,
        room=session.room,
        previous=beside[0],
        next=beside[1],
        tab=tab,
        masks=masks,
        closed=bool(closed),
        telephony=settings.enable_sip,
        zoom=Zoom(session_path(session.sid), state, drawn),
        **shown,
        **await _of_tab(store, session, tab, after, user, masks, now),
    )


async def _of_tab(
    store: Store,
    session: Session,
    tab: Tab,
    after: str,
    user: User,
    masks: Masking,
    now: datetime,
) -> dict[str, Any]:
    """Return what the tab lists, and what only it needs."""
    place = Cursor.read(after)
    if tab == "connections":
        found = await connections.of_session(store, session.sid, ROWS, place)
        rows = [masks.connection(each) for each in found.rows]
        return {"rows": rows, "older": found.older, "after": after}
    if tab == "events":
        listed = await events.of_session(store, session.sid, ROWS, place)
        return {"rows": listed.rows, "older": listed.older, "after": after}
    if tab == "audit" and user.can(Permission.AUDIT_READ):
        wanted = audit.Wanted(session.room, "room", since=session.started_at)
        wanted = replace(wanted, until=session.ended_at or now)
        acts = await audit.page(store, wanted, AUDIT_ROWS)
        return {"rows": acts.entries, "older": acts.older, "after": ""}
    return {"rows": (), "older": None, "after": ""}
