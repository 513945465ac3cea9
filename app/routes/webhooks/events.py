"""/webhooks/-/events: the webhooks in the store, each on its own page, and all as a file."""

import dataclasses
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from app.security.audit import AuditEntry, export_recorded
from app.security.guards import sees
from app.security.roles import Permission
from app.services.audit.states import Outcome
from app.services.keyset import Pages
from app.services.lists import Ask
from app.services.webhooks import events as webhooks_events
from app.services.webhooks.events import NoEventError, ReportedEvent
from app.services.webhooks.states import WebhookEvent
from app.services.webhooks.stored import kept
from app.services.webhooks.stored.kept import KeptEvent, WantedEvents
from app.services.webhooks.stored.shown import shown
from app.text.paths import WEBHOOK_EVENTS
from app.web.deps import StoreDep, UserDep
from app.web.exports import Ending, as_stream
from app.web.listing import AskDep, asked, filters
from app.web.pages import page

SPANS = {
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
Span = Literal["", "1h", "24h", "7d", "30d"]
Text = Annotated[str, Field(max_length=512)]
Cursor = Annotated[int | None, Query(ge=1, le=2**62)]

router = APIRouter(prefix=WEBHOOK_EVENTS)


@dataclasses.dataclass(frozen=True, slots=True)
class Filters:
    """The list's own filters, as they are in the address."""

    event: Annotated[str, Field(max_length=64)] = ""
    room: Text = ""
    identity: Text = ""
    span: Span = ""

    def wanted(self, q: str, *, personal: bool) -> WantedEvents:
        """Return what to search for now; who may not see identities can't search for one."""
        since = datetime.now(UTC) - SPANS[self.span] if self.span else None
        identity = self.identity if personal else ""
        return WantedEvents(q.strip(), self.event.strip(), self.room, identity, since)


ListDep = Annotated[Ask, asked("webhooks")]
FiltersDep = Annotated[Filters, filters(Filters)]


@router.get("", dependencies=[sees(Permission.HISTORY_READ)])
async def event_list(
    request: Request,
    store: StoreDep,
    user: UserDep,
    ask: ListDep,
    chosen: FiltersDep,
    before: Cursor = None,
    after: Cursor = None,
) -> Response:
    """Show one page of the matching events."""
    personal = user.can(Permission.PERSONAL_READ)
    wanted = chosen.wanted(ask.q, personal=personal)
    found = await kept.page(store, wanted, ask.per_page, before, after)
    events = Pages(found.rows, ask, dataclasses.asdict(chosen), found.older, found.newer)
    return await page(
        request,
        "webhooks/events.html.j2",
        live=before is None and after is None,
        topics=("webhooks",),
        events=events.at(WEBHOOK_EVENTS),
        filters=chosen,
        kinds=[(event, event) for event in WebhookEvent],
        personal=personal,
    )


@router.get("/export.{ending}", dependencies=[sees(Permission.PERSONAL_READ)])
async def export_events(
    request: Request, store: StoreDep, ask: AskDep, chosen: FiltersDep, ending: Ending
) -> Response:
    """Send all matching events as a file, of any size, without secrets; and write that."""
    found = kept.every(store, chosen.wanted(ask.q, personal=True))
    exported = _none() if request.state.is_head else _exported(found)
    async with export_recorded(request, "webhook.export", ending):
        return await as_stream("webhooks", ending, exported, ExportedEvent)


@router.get("/{number}", dependencies=[sees(Permission.HISTORY_READ)])
async def event_page(
    request: Request,
    store: StoreDep,
    user: UserDep,
    number: Annotated[int, Path(ge=1, le=2**62)],
) -> Response:
    """Show one event; its content only to those who may read personal data, which is written."""
    event = await kept.one(store, number)
    personal = user.can(Permission.PERSONAL_READ)
    if personal and not request.state.is_head:
        entry = AuditEntry.of(request, "webhook.read", {"webhook": event.event_id})
        entry.by(user)
        await request.app.state.audit.write(entry, Outcome.DONE)
    return await page(
        request,
        "webhooks/event.html.j2",
        live=False,
        event=event,
        personal=personal,
        reported=_reported(event) if personal else None,
        body=shown(event.body) if personal else "",
    )


def _reported(event: KeptEvent) -> ReportedEvent | None:
    try:
        return webhooks_events.read(event.body)
    except NoEventError:
        return None


@dataclasses.dataclass(frozen=True, slots=True)
class ExportedEvent:
    """An event in a file; `delay` is in seconds, and `body` is JSON without secrets."""

    id: int
    server: str
    event_id: str
    event: str
    test: bool
    created_at: datetime | None
    received_at: datetime
    delay: timedelta | None
    room: str
    room_sid: str
    identity: str
    resource: str
    duplicates: int
    body: str


async def _none() -> AsyncIterator[ExportedEvent]:
    nothing: tuple[ExportedEvent, ...] = ()
    for each in nothing:
        yield each


async def _exported(events: AsyncIterator[KeptEvent]) -> AsyncIterator[ExportedEvent]:
    async for each in events:
        yield ExportedEvent(
            id=each.id,
            server=each.server,
            event_id=each.event_id,
            event=each.event,
            test=each.is_test,
            created_at=each.created_at,
            received_at=each.received_at,
            delay=each.delay,
            room=each.room,
            room_sid=each.room_sid,
            identity=each.identity,
            resource=each.resource,
            duplicates=each.duplicates,
            body=shown(each.body),
        )
