"""/sessions: sessions of rooms, newest first, and all that match as a file."""

import dataclasses
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.routes.history.shared import (
    Day,
    Flag,
    PlaceDep,
    Text,
    check_personal,
    check_room,
    listed,
    masking,
    none,
    range_of,
)
from app.security.guards import sees
from app.security.roles import Permission
from app.services.history import session_list
from app.services.history.lists.ranges import Span
from app.services.history.masking import Masking
from app.services.history.sessions import Kind, Longer, Session, Wanted
from app.services.lists import Ask
from app.text.paths import SESSIONS
from app.web.deps import StoreDep, UserDep
from app.web.exports import Ending, as_stream, copied
from app.web.listing import AskDep, asked, filters
from app.web.pages import page

router = APIRouter(prefix=SESSIONS)


@dataclasses.dataclass(frozen=True, slots=True)
class Filters:
    """The list's own filters, as they are in the address; `room` is exactly this one."""

    room: Text = ""
    identity: Text = ""
    kind: Kind = ""
    errors: Flag = ""
    longer: Longer = ""
    open: Flag = ""
    span: Span = ""
    since: Day = ""
    until: Day = ""

    def wanted(self, request: Request, q: str) -> Wanted:
        """Return what to search for now."""
        return Wanted(
            room=self.room or q,
            identity=self.identity,
            kind=self.kind,
            errors=bool(self.errors),
            longer=self.longer,
            open=bool(self.open),
            started=range_of(request, self.span, self.since, self.until),
        )


ListDep = Annotated[Ask, asked("sessions")]
FiltersDep = Annotated[Filters, filters(Filters)]


@router.get("", dependencies=[sees(Permission.HISTORY_READ)])
async def sessions_index(
    request: Request,
    store: StoreDep,
    user: UserDep,
    ask: ListDep,
    chosen: FiltersDep,
    place: PlaceDep,
) -> Response:
    """Show one page of the sessions that match, by one to five queries of bounded cost."""
    check_personal(user, chosen.identity)
    wanted = chosen.wanted(request, ask.q)
    check_room(user, wanted.room)
    place = dataclasses.replace(place, size=ask.per_page)
    found = await session_list.page(store, wanted, place)
    masks = masking(user)
    shown = dataclasses.replace(found, rows=[masks.in_room(each) for each in found.rows])
    return await page(
        request,
        "history/sessions.html.j2",
        live=place.before is None and place.after is None,
        topics=("sessions",),
        sessions=listed(shown, ask, dataclasses.asdict(chosen), SESSIONS),
        searched=found.searched,
        filters=chosen,
        personal=not masks.on,
    )


@router.get("/-/export.{ending}", dependencies=[sees(Permission.HISTORY_READ)])
async def export_sessions(
    request: Request,
    store: StoreDep,
    user: UserDep,
    ask: AskDep,
    chosen: FiltersDep,
    ending: Ending,
) -> Response:
    """Send all sessions that match as a file, of any number; nobody's name is in it."""
    check_personal(user, chosen.identity)
    wanted = chosen.wanted(request, ask.q)
    check_room(user, wanted.room)
    found = session_list.every(store, wanted)
    rows = none() if request.state.is_head else _exported(found, masking(user))
    return await as_stream("sessions", ending, rows, ExportedSession)


@dataclasses.dataclass(frozen=True, slots=True)
class ExportedSession:
    """A session in a file; what is inferred was concluded from LiveKit's lists."""

    sid: str
    room: str
    started_at: datetime
    started_inferred: bool
    ended_at: datetime | None
    ended_inferred: bool
    ended_after: datetime | None
    duration: timedelta | None
    end_reason: str
    participants: int
    peak: int
    agents: int
    calls: int
    egress: int
    ingress: int
    failures: int


async def _exported(
    sessions: AsyncIterator[Session], masks: Masking
) -> AsyncIterator[ExportedSession]:
    async for each in sessions:
        end_reason = str(each.end_reason)
        yield copied(ExportedSession, masks.in_room(each), end_reason=end_reason)
