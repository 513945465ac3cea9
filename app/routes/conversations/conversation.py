"""/conversations/{job}: one conversation: what was said and done, how fast, and by which means."""

from dataclasses import dataclass
from typing import Any, Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.routes.conversations.opening import opened
from app.routes.conversations.trace import logs_tab, trace_tab
from app.routes.history.shared import masking
from app.security.guards import sees
from app.security.roles import Permission, User
from app.services.conversations.page import conversation as conversations
from app.services.conversations.page.conversation import Conversation
from app.store.store import Store
from app.text.paths import CONVERSATIONS
from app.web.deps import JobId, StoreDep, UserDep
from app.web.pages import is_fragment, page

Tab = Literal["", "transcript", "trace", "logs", "events", "instructions"]

router = APIRouter(prefix=CONVERSATIONS)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a tab of the page gets."""

    request: Request
    store: Store
    user: User
    conversation: Conversation


@router.get("/{job}", dependencies=[sees(Permission.CONVERSATIONS_READ)])
async def conversation_page(
    request: Request, store: StoreDep, user: UserDep, job: JobId, tab: Tab = ""
) -> Response:
    """Show the conversation, and write that somebody opened it."""
    conversation = await conversations.get(store, job)
    await opened(request, job, again=is_fragment(request) or bool(tab))
    masks = masking(user)
    return await page(
        request,
        "conversations/conversation.html.j2",
        live=conversation.is_live,
        topics=(f"conversation:{job}",),
        conversation=conversation,
        tab=tab or "transcript",
        masks=masks,
        personal=not masks.on,
        **await _of_tab(Opened(request, store, user, conversation), tab),
    )


async def _of_tab(about: Opened, tab: Tab) -> dict[str, Any]:
    """Return what only the tab shows."""
    match tab:
        case "trace":
            return await trace_tab(about.request, about.store, about.user, about.conversation)
        case "logs":
            return await logs_tab(about.request, about.store, about.conversation)
        case _:
            return {}
