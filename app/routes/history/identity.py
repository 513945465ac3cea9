"""/history/participants/{identity}: every connection of a person over all sessions."""

import dataclasses
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.routes.history.participants import PATH
from app.routes.history.shared import PlaceDep, listed
from app.security.audit import AuditEntry
from app.security.guards import sees
from app.security.roles import Permission
from app.services.audit.states import Outcome
from app.services.history import connections
from app.services.history.connections import Connection, Wanted
from app.services.lists import Ask
from app.text.paths import identity_path
from app.web.deps import Identity, StoreDep
from app.web.listing import asked
from app.web.pages import page

router = APIRouter(prefix=PATH)

ListDep = Annotated[Ask, asked("connections")]


@dataclasses.dataclass(frozen=True, slots=True)
class Totals:
    """Figures of the connections that a page shows; `present` is without those still open."""

    connections: int
    sessions: int
    rooms: int
    aborted: int
    open: int
    present: timedelta


@router.get("/{identity}", dependencies=[sees(Permission.PERSONAL_READ)])
async def identity_page(
    request: Request, store: StoreDep, identity: Identity, ask: ListDep, place: PlaceDep
) -> Response:
    """Show one page of the person's connections, newest first, and write that somebody looked."""
    place = dataclasses.replace(place, size=ask.per_page)
    found = await connections.page(store, Wanted(identity), place)
    if not request.state.is_head:
        entry = AuditEntry.of(request, "history.person", {"identity": identity})
        entry.by(request.state.user)
        await request.app.state.audit.write(entry, Outcome.DONE)
    return await page(
        request,
        "history/identity.html.j2",
        live=False,  # each refresh would be an entry of the audit
        identity=identity,
        name=next((each.name for each in found.rows if each.name), ""),
        connections=listed(found, ask, {}, identity_path(identity)),
        totals=_totals(found.rows),
    )


def _totals(rows: Sequence[Connection]) -> Totals:
    return Totals(
        len(rows),
        len({each.session for each in rows}),
        len({each.room for each in rows}),
        sum(each.aborted for each in rows),
        sum(each.left_at is None for each in rows),
        sum((each.duration or timedelta() for each in rows if not each.aborted), timedelta()),
    )
