"""/conversations/{job}/spans/{span} and …/logs/{line}: all that one of them says."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.routes.conversations.opening import opened
from app.routes.conversations.trace import Addresses, details_of
from app.routes.history.shared import masking
from app.security.guards import sees
from app.security.roles import Permission
from app.services.conversations.page import conversation as conversations
from app.services.conversations.spans import drawing, lines
from app.services.conversations.spans.trace import chosen
from app.storage.errors import StorageError
from app.text.paths import CONVERSATIONS, conversation_path
from app.web.deps import JobId, StoreDep, UserDep
from app.web.pages import page

router = APIRouter(prefix=CONVERSATIONS)

SpanId = Annotated[str, Path(pattern="^[0-9a-f]{16}$")]
LineId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


@router.get("/{job}/spans/{span}", dependencies=[sees(Permission.CONVERSATIONS_READ)])
async def span_page(
    request: Request, store: StoreDep, user: UserDep, job: JobId, span: SpanId
) -> Response:
    """Show a span with its attributes and events."""
    conversation = masking(user).in_room(await conversations.get(store, job))
    found = await chosen(store, conversation.job, span)
    await opened(request, job, again=True)
    return await page(
        request,
        "conversations/span.html.j2",
        live=False,
        conversation=conversation,
        chosen=found,
        draw=drawing,
        at=Addresses(conversation_path(job), {"tab": "trace", "span": span}),
        **await details_of(request, store, user, job, found.span),
    )


@router.get("/{job}/logs/{line}", dependencies=[sees(Permission.CONVERSATIONS_READ)])
async def line_page(
    request: Request, store: StoreDep, user: UserDep, job: JobId, line: LineId
) -> Response:
    """Show a line of the log with its attributes."""
    # with the messages of OpenTelemetry, some megabytes that only conversations need
    from app.services.conversations.spans.details import Reader

    conversation = masking(user).in_room(await conversations.get(store, job))
    found = await lines.get(store, job, line)
    await opened(request, job, again=True)
    personal = user.can(Permission.PERSONAL_READ)
    reader = Reader(store, request.app.state.storage, job, personal=personal)
    missing = details = None
    try:
        details = await reader.line(found.batch, line)
    except StorageError as error:
        missing = error
    return await page(
        request,
        "conversations/line.html.j2",
        live=False,
        conversation=conversation,
        line=found,
        clock=drawing.clock,
        details=details,
        missing=missing,
    )
