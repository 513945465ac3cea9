"""/audit: who did what, newest first; each act on its own page, and all as a file."""

import dataclasses
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from app.labels.audit import AREAS, action_label
from app.security.audit import export_recorded
from app.security.guards import sees
from app.security.roles import Permission
from app.services.audit import changes, listing
from app.services.audit.listing import StoredEntry, Wanted
from app.services.audit.rows import as_json
from app.services.audit.states import Outcome
from app.services.keyset import Pages
from app.services.lists import Ask
from app.text.paths import (
    AUDIT,
    dispatch_path,
    egress_path,
    ingress_path,
    job_path,
    participant_path,
    role_path,
    room_path,
    sip_path,
    user_path,
)
from app.web.deps import StoreDep
from app.web.exports import Ending, as_stream, copied
from app.web.listing import AskDep, asked
from app.web.pages import page

SPANS = {
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
PAGES: Mapping[str, Callable[[str], str]] = {
    "account": user_path,
    "role": role_path,
    "room": room_path,
    "job": egress_path,
    "background_job": job_path,
    "ingress": ingress_path,
    "trunk": partial(sip_path, "trunks"),
    "rule": partial(sip_path, "rules"),
}
Span = Literal["", "1h", "24h", "7d", "30d"]
Text = Annotated[str, Query(max_length=200)]
Cursor = Annotated[int | None, Query(ge=1, le=2**62)]

router = APIRouter(prefix=AUDIT)


@dataclasses.dataclass(frozen=True, slots=True)
class Filters:
    """The list's own filters, as they are in the address."""

    actor: str
    area: str
    outcome: str
    kind: str
    address: str
    span: str

    def wanted(self, q: str) -> Wanted:
        """Return what to search for now."""
        since = datetime.now(UTC) - SPANS[self.span] if self.span else None
        return Wanted(
            q=q,
            kind=self.kind,
            actor=self.actor,
            area=self.area,
            outcome=self.outcome,
            address=self.address,
            since=since,
        )


async def _filters(
    actor: Text = "",
    area: Text = "",
    outcome: Outcome | Literal[""] = "",
    kind: Text = "",
    address: Text = "",
    span: Span = "",
) -> Filters:
    """Read the filters from the query; blanks come with what is pasted."""
    return Filters(actor.strip(), area, outcome, kind, address.strip(), span)


ListDep = Annotated[Ask, asked("audit")]
FiltersDep = Annotated[Filters, Depends(_filters)]


@router.get("", dependencies=[sees(Permission.AUDIT_READ)])
async def audit_index(
    request: Request,
    store: StoreDep,
    ask: ListDep,
    filters: FiltersDep,
    before: Cursor = None,
    after: Cursor = None,
) -> Response:
    """Show one page of the matching acts."""
    found = await listing.page(store, filters.wanted(ask.q), ask.per_page, before, after)
    chosen = dataclasses.asdict(filters)
    acts = Pages(found.entries, ask, chosen, found.older, found.newer)
    return await page(
        request,
        "audit/index.html.j2",
        live=before is None and after is None,  # other pages change only when they are pruned
        acts=acts.at(AUDIT),
        filters=filters,
        areas=list(AREAS.items()),
    )


@router.get("/-/export.{ending}", dependencies=[sees(Permission.AUDIT_READ)])
async def export_audit(
    request: Request, store: StoreDep, ask: AskDep, filters: FiltersDep, ending: Ending
) -> Response:
    """Send all matching acts as a file, of any size, and write that it was done.

    A HEAD gets the headers of the file, and sends nothing that would have to be recorded.
    """
    found = listing.every(store, filters.wanted(ask.q))
    exported = _none() if request.state.is_head else _exported(found)
    async with export_recorded(request, "audit.export", ending):
        return await as_stream("audit", ending, exported, ExportedEntry)


@router.get("/{number}", dependencies=[sees(Permission.AUDIT_READ)])
async def audit_entry(
    request: Request, store: StoreDep, number: Annotated[int, Path(ge=1, le=2**62)]
) -> Response:
    """Show all that was recorded of one act."""
    steps = await listing.steps(store, number)
    act = steps[-1]
    facts = {name: each for name, each in act.facts.items() if name != "changes"}
    places = [(kind, name, _place(act.target, kind)) for kind, name in act.target.items()]
    return await page(
        request,
        "audit/entry.html.j2",
        live=False,
        steps=steps,
        act=act,
        places=places,
        changes=changes.shown(act.facts),
        facts=facts,
    )


def _place(target: Mapping[str, str], kind: str) -> str:
    """Return the page of a part of a target; it may not exist any more."""
    name = target[kind]
    if kind == "identity" and "room" in target:
        return participant_path(target["room"], name)
    if kind == "dispatch" and "room" in target:
        return dispatch_path(target["room"], name)
    page_of = PAGES.get(kind)
    return page_of(name) if page_of else ""


@dataclasses.dataclass(frozen=True, slots=True)
class ExportedEntry:
    """An act in a file; `target` and `facts` are JSON."""

    entry: int
    at: datetime
    server: str
    actor: str
    role: str
    action: str
    title: str
    target: str
    outcome: str
    status: int | None
    reason: str
    facts: str
    address: str
    request_id: str
    hash: str


async def _none() -> AsyncIterator[ExportedEntry]:
    nothing: tuple[ExportedEntry, ...] = ()
    for each in nothing:
        yield each


async def _exported(entries: AsyncIterator[StoredEntry]) -> AsyncIterator[ExportedEntry]:
    async for each in entries:
        yield copied(
            ExportedEntry,
            each,
            entry=each.id,
            title=action_label(each.action),
            target=as_json(each.target),
            facts=as_json(each.facts),
        )
