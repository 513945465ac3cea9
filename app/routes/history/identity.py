"""/history/participants/{identity}: every connection of a person over all sessions."""

import dataclasses
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.inputs.history import EraseIdentity
from app.routes.history.participants import PATH
from app.routes.history.shared import PlaceDep, listed
from app.security.audit import AuditEntry
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.audit.states import Outcome
from app.services.conversations.deleting.deleting import (
    delete_of_caller,
    files_left,
    number_of_caller,
)
from app.services.history import connections
from app.services.history.connections import Connection, Wanted
from app.services.history.erasing import erase, footprint
from app.services.history.lists.walking import Place
from app.services.lists import Ask
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.text.formatters import plural
from app.text.paths import identity_path
from app.web.context import RequestContext
from app.web.deps import AuditDep, Identity, StoreDep
from app.web.forms import FormPage, Loaded
from app.web.listing import asked
from app.web.pages import done, page

router = APIRouter(prefix=PATH)

SHOWN = 200  # connections that the confirmation counts
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


async def _to_erase(ctx: RequestContext) -> Loaded:
    """Load the identity that the address names, its newest connections, and its conversations."""
    identity = ctx.name("identity")
    found = await connections.page(ctx.store, Wanted(identity), Place(SHOWN))
    return {
        "identity": identity,
        "totals": _totals(found.rows),
        "more": bool(found.older),
        "conversations": await number_of_caller(ctx.store, DEFAULT_SERVER, identity),
    }, {}


ERASE = FormPage("history/erase.html.j2", EraseIdentity, _to_erase)


@router.get("/{identity}/erase", dependencies=[sees(Permission.PERSONAL_ERASE)])
async def erase_form(request: Request) -> Response:
    """Ask before a person is forgotten, and say what stays."""
    return await ERASE.show(request)


@router.post(
    "/{identity}/erase",
    dependencies=[does("history.erase", Permission.PERSONAL_ERASE, ERASE)],
)
async def erase_identity(
    request: Request, store: StoreDep, identity: Identity, entry: AuditDep
) -> Response:
    """Replace the identity in history, delete its conversations, and lead to what is left."""
    await ERASE.read(request)
    state = request.app.state
    erased = await erase(store, DEFAULT_SERVER, identity)
    entry.note(pseudonym=erased.pseudonym, rows=erased.rows)
    deleted = await delete_of_caller(store, state.storage, state.hub, DEFAULT_SERVER, identity)
    entry.note(conversations=deleted.number)
    place = f"{identity_path(identity)}?erased=1"
    texts = [f"{plural(sum(erased.rows.values()), 'row')} of history changed."]
    if deleted.number:
        texts.append(f"{plural(deleted.number, 'conversation')} deleted.")
    if deleted.error:
        texts.append(files_left(deleted.error))
    return done(request, place, " ".join(texts), "warn" if deleted.error else "ok")


@router.get("/{identity}", dependencies=[sees(Permission.PERSONAL_READ)])
async def identity_page(
    request: Request,
    store: StoreDep,
    identity: Identity,
    ask: ListDep,
    place: PlaceDep,
    erased: Literal["", "1"] = "",
) -> Response:
    """Show one page of the person's connections, newest first, and write that somebody looked.

    With `erased`, count what is left of the person in each table.
    """
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
        conversations=await number_of_caller(store, DEFAULT_SERVER, identity),
        left=await footprint(store, DEFAULT_SERVER, identity) if erased else None,
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
