"""/history/participants: connections of all sessions, newest first, and as a file."""

import dataclasses
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Annotated, Literal

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
from app.security.audit import export_recorded
from app.security.guards import sees
from app.security.roles import Permission
from app.services.history import connections
from app.services.history.connections import Connection, Wanted
from app.services.history.lists.ranges import Span
from app.services.lists import Ask
from app.services.rooms.states import ParticipantKind
from app.text.paths import HISTORY
from app.web.deps import StoreDep, UserDep
from app.web.exports import Ending, as_stream, copied
from app.web.listing import AskDep, asked, filters
from app.web.pages import page

PATH = f"{HISTORY}/participants"

router = APIRouter(prefix=PATH)


@dataclasses.dataclass(frozen=True, slots=True)
class Filters:
    """The list's own filters, as they are in the address; `q` is the room."""

    identity: Text = ""
    kind: Literal[""] | ParticipantKind = ""
    aborted: Flag = ""
    span: Span = ""
    since: Day = ""
    until: Day = ""

    def wanted(self, request: Request, q: str) -> Wanted:
        """Return what to search for now."""
        joined = range_of(request, self.span, self.since, self.until)
        return Wanted(self.identity, q, self.kind, bool(self.aborted), joined)


ListDep = Annotated[Ask, asked("connections")]
FiltersDep = Annotated[Filters, filters(Filters)]


@router.get("", dependencies=[sees(Permission.HISTORY_READ)])
async def connections_index(
    request: Request,
    store: StoreDep,
    user: UserDep,
    ask: ListDep,
    chosen: FiltersDep,
    place: PlaceDep,
) -> Response:
    """Show one page of the connections that match."""
    check_personal(user, chosen.identity)
    check_room(user, ask.q)
    place = dataclasses.replace(place, size=ask.per_page)
    found = await connections.page(store, chosen.wanted(request, ask.q), place)
    masks = masking(user)
    shown = dataclasses.replace(found, rows=[masks.connection(each) for each in found.rows])
    return await page(
        request,
        "history/participants.html.j2",
        live=place.before is None and place.after is None,
        topics=("sessions",),
        connections=listed(shown, ask, dataclasses.asdict(chosen), PATH),
        searched=found.searched,
        filters=chosen,
        personal=not masks.on,
    )


@router.get("/-/export.{ending}", dependencies=[sees(Permission.PERSONAL_READ)])
async def export_connections(
    request: Request, store: StoreDep, ask: AskDep, chosen: FiltersDep, ending: Ending
) -> Response:
    """Send all connections that match as a file, of any number, and write that it was done."""
    found = connections.every(store, chosen.wanted(request, ask.q))
    rows = none() if request.state.is_head else _exported(found)
    async with export_recorded(request, "history.export", ending):
        return await as_stream("participants", ending, rows, ExportedConnection)


@dataclasses.dataclass(frozen=True, slots=True)
class ExportedConnection:
    """A connection in a file; what is inferred was concluded from LiveKit's lists."""

    sid: str
    session: str
    room: str
    identity: str
    name: str
    kind: str
    hidden: bool
    joined_at: datetime
    joined_inferred: bool
    left_at: datetime | None
    left_inferred: bool
    left_after: datetime | None
    duration: timedelta | None
    reason: str
    aborted: bool


async def _exported(found: AsyncIterator[Connection]) -> AsyncIterator[ExportedConnection]:
    async for each in found:
        yield copied(ExportedConnection, each, kind=str(each.kind), reason=str(each.reason))
