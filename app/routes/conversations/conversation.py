"""/conversations/{job}: one conversation: what was said and done, how fast, and by which means."""

import asyncio
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.routes.conversations.filters import Addresses, Filters, FiltersDep
from app.routes.conversations.opening import opened
from app.routes.conversations.trace import logs_tab, trace_tab
from app.routes.history.shared import masking
from app.security.guards import sees
from app.security.roles import Permission, User
from app.services.conversations.page import conversation as conversations
from app.services.conversations.page import parts, stages, transcript
from app.services.conversations.page.conversation import Conversation
from app.services.conversations.page.notes import notes
from app.services.conversations.page.outline import Outline, outline
from app.services.conversations.page.people import caller
from app.store.store import Store
from app.text.paths import CONVERSATIONS
from app.web.deps import JobId, SettingsDep, StoreDep, UserDep
from app.web.pages import is_fragment, page

router = APIRouter(prefix=CONVERSATIONS)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a tab of the page gets."""

    request: Request
    store: Store
    user: User
    conversation: Conversation
    outline: Outline
    filters: Filters


@router.get("/{job}", dependencies=[sees(Permission.CONVERSATIONS_READ)])
async def conversation_page(
    request: Request,
    store: StoreDep,
    settings: SettingsDep,
    user: UserDep,
    job: JobId,
    chosen: FiltersDep,
) -> Response:
    """Show the conversation, and write that somebody opened it."""
    conversation = await conversations.get(store, job)
    await opened(request, job, again=is_fragment(request) or not chosen.is_first)
    found, beside = await asyncio.gather(
        outline(store, conversation), parts.parts(store, conversation)
    )
    masks = masking(user)
    return await page(
        request,
        "conversations/conversation.html.j2",
        live=conversation.is_live,
        topics=(f"conversation:{job}",),
        conversation=conversation,
        outline=found,
        parts_of=beside,
        stages=stages.measured(found.delays),
        slow=stages.SLOW,
        notes=notes(conversation, found),
        tab=chosen.tab or "transcript",
        filters=chosen,
        addresses=Addresses(job, chosen),
        masks=masks,
        caller=caller(conversation, masks),
        personal=not masks.on,
        telephony=settings.enable_sip,
        **await _of_tab(Opened(request, store, user, conversation, found, chosen)),
    )


async def _of_tab(about: Opened) -> dict[str, Any]:
    """Return what only the tab shows."""
    chosen = about.filters
    match chosen.tab:
        case "trace":
            return await trace_tab(about.request, about.store, about.user, about.conversation)
        case "logs":
            return await logs_tab(about.request, about.store, about.conversation)
        case "" | "transcript":
            shown = await transcript.lines(
                about.store,
                about.conversation,
                about.outline,
                q=chosen.q,
                show=chosen.show,
                start=chosen.start if isinstance(chosen.start, int) else None,
                most=chosen.lines,
            )
            return {"shown": shown}
        case _:
            return {}
