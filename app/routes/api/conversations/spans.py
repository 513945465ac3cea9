"""/api/v1/conversations/{job}/spans: the trace of a conversation, in the order of time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field
from starlette.requests import Request

from app.routes.conversations.opening import opened
from app.security.roles import Permission
from app.services.conversations.page import conversation as conversations
from app.services.conversations.spans import skeleton
from app.services.conversations.spans.searching import Only, named, only
from app.services.conversations.spans.skeleton import TracedSpan
from app.services.history.lists.walking import Cursor, Found
from app.storage.errors import StorageError
from app.web.api.access import api_router, reads
from app.web.api.history import following, place_of
from app.web.api.listing import AskedDep, Page, Record, Seconds, Text
from app.web.deps import JobId, StoreDep, UserDep

router = api_router("/conversations", "Conversations")

MOST_BATCHES = 20  # uploads that one page with attributes reads


class SpanEvent(Record):
    """An event of a span."""

    name: str
    at: datetime | None
    attributes: dict[str, Any]


class SpanDetails(Record):
    """What a span says of itself.

    Without the permission personal.read, attributes with personal content are left out, and
    `hidden` says how many of the span's own.
    """

    status: str = Field(description="`ok` or `error`; empty if it isn't set.")
    message: str
    attributes: dict[str, Any]
    hidden: int
    events: list[SpanEvent] = Field(description="At most 100.")


class ConversationSpan(Record):
    """A span of a trace."""

    span: str
    parent: str | None = Field(description="Its parent may be missing, or arrive later.")
    name: str
    label: str = Field(description="A model, a tool or an agent; empty if it has none.")
    started_at: datetime
    duration: Seconds
    failed: bool
    details: SpanDetails | None = Field(
        description="Null unless `details` asks for them, and if the storage doesn't have them."
    )


@router.get("/{job}/spans", dependencies=reads(Permission.CONVERSATIONS_READ))
async def list_conversation_spans(
    request: Request,
    store: StoreDep,
    user: UserDep,
    job: JobId,
    asked: AskedDep,
    q: Text = "",
    which: Annotated[
        Only | None, Query(alias="only", description="only spans that failed, are slow, or stalls")
    ] = None,
    details: Annotated[
        bool, Query(description="with attributes and events; pages may be shorter")
    ] = False,
) -> Page[ConversationSpan]:
    """List the spans of a conversation, the earliest first."""
    conversation = await conversations.get(store, job)
    await opened(request, conversation.job, again=True)
    conditions = [*(only(which) if which else ()), *([named(q)] if q else ())]
    place = place_of(asked)
    async with store.read() as connection:
        found = await skeleton.page(connection, job, conditions, place.size, place.before)
    listed = Found(found.spans, found.next)
    if not details:
        return following(ConversationSpan, listed, [_span(each) for each in listed.rows])
    listed = _of_few_batches(listed)
    # with the messages of OpenTelemetry, some megabytes that only conversations need
    from app.services.conversations.spans.details import Reader

    personal = user.can(Permission.PERSONAL_READ)
    reader = Reader(store, request.app.state.storage, job, personal=personal)
    said: dict[str, Any] = {}
    for batch in {each.batch for each in listed.rows}:
        spans = [each.span for each in listed.rows if each.batch == batch]
        try:
            said |= await reader.spans(batch, spans)
        except StorageError:
            continue  # the description says so
    return following(
        ConversationSpan, listed, [_span(each, said.get(each.span)) for each in listed.rows]
    )


def _of_few_batches(listed: Found[TracedSpan]) -> Found[TracedSpan]:
    """Return the first spans of a page: those of so many batches as may be read for it."""
    batches: set[str] = set()
    for number, span in enumerate(listed.rows):
        batches.add(span.batch)
        if len(batches) > MOST_BATCHES:
            rows: Sequence[TracedSpan] = listed.rows[:number]
            return Found(rows, Cursor(rows[-1].started_at, rows[-1].span))
    return listed


def _span(span: TracedSpan, details: Any = None) -> ConversationSpan:
    return ConversationSpan(
        span=span.span,
        parent=span.parent or None,
        name=span.name,
        label=span.label,
        started_at=span.started_at,
        duration=span.lasted,
        failed=span.failed,
        details=None if details is None else SpanDetails.model_validate(details),
    )
