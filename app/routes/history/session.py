"""/sessions/{sid}: one session: its timeline, who was in it, and what LiveKit sent about it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from app.routes.history.shared import At, masking
from app.security.guards import sees
from app.security.roles import Permission, User
from app.services.audit import listing as audit
from app.services.history import calls, connections, sessions
from app.services.history.drawing import people, timeline
from app.services.history.drawing.people import Person
from app.services.history.drawing.scale import Scale, Window, milliseconds, scale
from app.services.history.lists.walking import Cursor
from app.services.history.masking import Masking
from app.services.history.parts import events, works
from app.services.history.sessions import Session
from app.services.rooms.states import ParticipantKind
from app.store.store import Store
from app.text.paths import name_in, session_path
from app.web.deps import SettingsDep, StoreDep, UserDep
from app.web.pages import page

LANES = 50
MOST_LANES = 400
MOST_WORKS = 50  # egress jobs, ingress runs and calls, each
ROWS = 100  # of the lists below the timeline
AUDIT_ROWS = 50
OBSERVED = (ParticipantKind.EGRESS, ParticipantKind.INGRESS)  # have lanes of their own
Tab = Literal["", "connections", "media", "events", "audit"]
Milliseconds = Annotated[int | None, Query(ge=0, le=4_102_444_800_000)]

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
    found, figures, jobs, runs, records, beside = await asyncio.gather(
        people.people(store, session, drawn.window, lanes),
        people.counted(store, session, now),
        works.egress_of(store, sid, MOST_WORKS) if session.egress else _nothing(),
        works.ingress_of(store, sid, MOST_WORKS) if session.ingress else _nothing(),
        calls.of_session(store, sid, MOST_WORKS) if session.calls else _nothing(),
        sessions.beside(store, session),
    )
    masks = masking(user)
    present = [_masked(masks, each) for each in found]
    more, present = len(present) > lanes, present[:lanes]
    own_lanes = [each for each in present if each.kind not in OBSERVED or not (jobs or runs)]
    context: dict[str, Any] = await _of_tab(store, session, tab, after, user, masks, now)
    return await page(
        request,
        "history/session.html.j2",
        live=session.is_open and not drawn.zoomed and not after,
        topics=("sessions", f"session:{sid}"),
        session=session,
        now=now,
        scale=drawn,
        strip=timeline.strip(figures.steps, drawn),
        room_lane=timeline.room_lane(session, drawn),
        works=[timeline.work_lane(each, drawn) for each in (*jobs, *runs)],
        lanes=[timeline.person_lane(each, drawn) for each in own_lanes],
        present=present,
        more=min(lanes * 2, MOST_LANES) if more and lanes < MOST_LANES else 0,
        is_cut=more,
        counted=figures,
        jobs=jobs,
        media=[*jobs, *runs],
        calls=records,
        previous=beside[0],
        next=beside[1],
        tab=tab,
        masks=masks,
        closed=bool(closed),
        telephony=settings.enable_sip,
        zoom=_Zoom(session, tab, lanes, drawn),
        **context,
    )


class _Zoom:
    """The addresses of the page with another part of the time, another tab, or more lanes."""

    def __init__(self, session: Session, tab: str, lanes: int, drawn: Scale) -> None:
        self._path = session_path(session.sid)
        self._state: dict[str, Any] = {"tab": tab, "lanes": lanes if lanes != LANES else ""}
        self._window = self._of(drawn.window) if drawn.zoomed else {}

    def to(self, window: Window | None) -> str:
        """Return the address of a part of the time; None is all of it."""
        return self._address(self._of(window) if window else {})

    def with_(self, **changes: Any) -> str:
        """Return the address of the same part of the time with something else changed."""
        return self._address(self._window | changes)

    def _address(self, changes: dict[str, Any]) -> str:
        given = {name: value for name, value in (self._state | changes).items() if value != ""}
        query = "&".join(f"{name}={value}" for name, value in given.items())
        return f"{self._path}?{query}" if query else self._path

    @staticmethod
    def _of(window: Window) -> dict[str, Any]:
        return {"from": milliseconds(window.since), "to": milliseconds(window.until)}


async def _nothing() -> Sequence[Any]:
    return ()


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


def _masked(masks: Masking, person: Person) -> Person:
    """Return a participant as it may be shown."""
    if not masks.on:
        return person
    identity = masks.person(person.identity, person.kind)
    own = [replace(each, identity=identity, name="") for each in person.connections]
    return replace(person, identity=identity, connections=own)
