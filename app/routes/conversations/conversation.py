"""/conversations/{job}: one conversation: what was said and done, how fast, and by which means."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.routes.conversations.filters import Tab
from app.routes.conversations.opening import opened
from app.routes.conversations.recording import playing
from app.routes.conversations.tabs import TABS, Opened, Span
from app.routes.history.shared import At, masking
from app.routes.history.timeline import LANES, MOST_LANES, Milliseconds
from app.security.guards import sees
from app.security.headers import PLAYER_CSP
from app.security.roles import Permission
from app.services.conversations import costs
from app.services.conversations.page import conversation as conversations
from app.services.conversations.page import parts, stages
from app.services.conversations.page.notes import notes
from app.services.conversations.page.outline import outline
from app.services.conversations.page.people import caller
from app.text.paths import CONVERSATIONS
from app.web.deps import JobId, SettingsDep, StoreDep, UserDep
from app.web.pages import page

router = APIRouter(prefix=CONVERSATIONS)


@router.get("/{job}", dependencies=[sees(Permission.CONVERSATIONS_READ)])
async def conversation_page(
    request: Request,
    store: StoreDep,
    settings: SettingsDep,
    user: UserDep,
    job: JobId,
    tab: Tab = "",
    start: Annotated[Milliseconds, Query(alias="from")] = None,
    end: Annotated[Milliseconds, Query(alias="to")] = None,
    lanes: Annotated[int, Query(ge=1, le=MOST_LANES)] = LANES,
    after: At = "",
) -> Response:
    """Show the conversation, and write that somebody opened it."""
    now = datetime.now(UTC)
    named, masks = await conversations.get(store, job), masking(user)
    conversation = masks.in_room(named)
    await opened(request, job, again=bool(request.url.query))
    found, beside, played = await asyncio.gather(
        outline(store, conversation),
        parts.parts(store, conversation),
        playing(request, store, user, conversation),
    )
    tab = tab or "transcript"
    span = Span(start, end, lanes, after)
    shown = await TABS[tab](Opened(request, store, user, masks, conversation, found, span))
    response = await page(
        request,
        "conversations/conversation.html.j2",
        live=conversation.is_open,
        topics=(f"conversation:{job}",),
        conversation=conversation,
        room=named.room,
        outline=found,
        parts_of=beside,
        player=played,
        stages=stages.measured(found.delays),
        prices=settings.model_prices,
        costs=costs,
        notes=notes(conversation, found, now, beside.history),
        now=now,
        tab=tab,
        masks=masks,
        caller=caller(conversation, masks),
        personal=not masks.on,
        telephony=settings.enable_sip,
        **shown,
    )
    response.headers["Content-Security-Policy"] = PLAYER_CSP
    return response
