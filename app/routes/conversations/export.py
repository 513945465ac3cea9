"""/conversations/{job}/export: one conversation as a file."""

import re
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.errors import NotAllowed
from app.routes.history.shared import masking, none
from app.security.audit import export_recorded
from app.security.guards import sees
from app.security.roles import Permission
from app.services.conversations.exports import document, otlp, texts
from app.services.conversations.page import conversation as conversations
from app.services.conversations.page import transcript
from app.services.conversations.page.conversation import Conversation
from app.services.conversations.page.outline import Outline, outline
from app.services.conversations.page.parts import parts
from app.services.conversations.page.people import Caller, caller
from app.store.store import Store
from app.text.paths import CONVERSATIONS
from app.web.deps import JobId, StoreDep, UserDep
from app.web.exports import disposition

Form = Literal["json", "text", "vtt", "otlp"]
FILES = {  # the ending and the type of each
    "json": ("json", "application/json"),
    "text": ("txt", "text/plain; charset=utf-8"),
    "vtt": ("vtt", "text/vtt; charset=utf-8"),
    "otlp": ("zip", "application/zip"),
}
UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
LONGEST_NAME = 64

router = APIRouter(prefix=CONVERSATIONS)


@router.get("/{job}/export", dependencies=[sees(Permission.CONVERSATIONS_READ)])
async def export_conversation(
    request: Request,
    store: StoreDep,
    user: UserDep,
    job: JobId,
    form: Annotated[Form, Query(alias="as")] = "json",
) -> Response:
    """Send the conversation as a file, and write that it was done.

    What was uploaded has personal data in it that nothing masks. Raises NotAllowed without the
    permission for that, and StorageError if the files can't be read.
    """
    if form == "otlp" and not user.can(Permission.PERSONAL_READ):
        raise NotAllowed("Your role may not export what was uploaded: it has personal data in it.")
    masks = masking(user)
    conversation = masks.in_room(await conversations.get(store, job))
    who = caller(conversation, masks)
    chunks: AsyncIterator[Any]
    if request.state.is_head:
        chunks = none()
    elif form == "otlp":
        kept = await otlp.batches(store, conversation)
        chunks = otlp.as_zip(request.app.state.storage, kept)
    elif form == "json":
        chunks = document.as_json(store, conversation, who, await parts(store, conversation))
    else:
        chunks = _transcript(store, conversation, await outline(store, conversation), form, who)
    ending, media = FILES[form]
    async with export_recorded(request, "conversation.export", form, {"conversation": job}):
        # read before the response begins, so that a failure has a page of its own
        first = await anext(chunks, None)
        response = StreamingResponse(_all(first, chunks), media_type=media)
    name = UNSAFE.sub("_", job)[:LONGEST_NAME]
    response.headers["Content-Disposition"] = disposition(f"conversation-{name}", ending)
    return response


def _transcript(
    store: Store, conversation: Conversation, found: Outline, form: Form, who: Caller
) -> AsyncIterator[str]:
    """Return the transcript as text, or what was said as subtitles; a few lines at a time."""
    if form == "text":
        lines = transcript.every(store, conversation, found.entries)
        return texts.as_text(conversation, who.label, lines)
    spoken = transcript.spoken_entries(conversation, found)
    return texts.as_vtt(conversation, transcript.every(store, conversation, spoken))


async def _all(first: Any, rest: AsyncIterator[Any]) -> AsyncIterator[Any]:
    if first is not None:
        yield first
    async for chunk in rest:
        yield chunk
