"""/api/v1/conversations: what agents uploaded, and one conversation with its items."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import Field
from starlette.requests import Request

from app.routes.conversations.opening import opened
from app.routes.history.shared import check_personal, check_room, masking
from app.security.roles import Permission
from app.services.conversations.lists import items as item_list
from app.services.conversations.lists import listing
from app.services.conversations.lists.wanted import Listed, Wanted
from app.services.conversations.lists.words import words_in
from app.services.conversations.page.stages import Stage
from app.services.conversations.states import Outcome
from app.services.history.lists.ranges import Range
from app.services.history.masking import Masking
from app.web.api.access import api_router, reads
from app.web.api.history import Moment, RoomPattern, following, place_of
from app.web.api.listing import AskedDep, Page, Record, Seconds
from app.web.deps import JobId, SettingsDep, StoreDep, UserDep

router = api_router("/conversations", "Conversations")

Name = Annotated[str, Query(max_length=1000)]


class Conversation(Record):
    """What an agent heard, said and did in one job.

    Texts are empty, and times and counts null, where no upload says them. Without the permission
    personal.read, `caller` stands for a person within the page, and so do
    phone numbers in the name of the room.
    """

    job_id: str
    room_sid: str
    room: str
    agent: str
    version: str = Field(description="Of the agent's deployment.")
    sdk_version: str
    caller: str = Field(description="The identity to which the agent listens.")
    dispatch_id: str
    call_id: str = Field(description="The SIP call ID.")
    started_at: datetime
    ended_at: datetime | None = Field(description="Null if no end is known.")
    ended_inferred: bool = Field(description="The agent reported no end; LiveKit saw it leave.")
    last_upload_at: datetime
    duration: Seconds | None
    turns: int | None = Field(
        description="Messages of the caller; null if neither a history nor a trace came."
    )
    interruptions: int | None
    tool_calls: int | None
    tool_failures: int | None
    errors: int | None
    response_p50: Seconds | None
    response_p95: Seconds | None
    outcome: str | None = Field(description="success or fail, if the agent says so.")
    close_reason: str
    has_recording: bool
    tags: Sequence[str]
    cost: float | None = Field(
        description="At MODEL_PRICES; null without prices, and if none of its models has one."
    )
    currency: str | None
    no_price_for: Sequence[str] = Field(description="Models that are not in the cost.")


class ConversationItem(Record):
    """A message, a tool call or its result, a hand-off, or a change of instructions."""

    id: str
    kind: str
    at: datetime
    role: str = Field(description="Of a message: user, assistant, system or developer.")
    text: str = Field(
        description="What was said, the arguments or the result of a tool, or instructions; at "
        "most 100,000 characters."
    )
    interrupted: bool
    call_id: str = Field(description="Joins a tool call and its result.")
    name: str = Field(description="Of the tool, or of the new agent.")
    failed: bool
    details: dict[str, Any]
    started_speaking_at: datetime | None
    stopped_speaking_at: datetime | None
    response: Seconds | None = Field(description="From the end of the caller's turn.")
    end_of_turn: Seconds | None
    transcription: Seconds | None = Field(description="A part of end_of_turn.")
    hook: Seconds | None = Field(description="on_user_turn_completed")
    llm_first_token: Seconds | None
    tts_first_byte: Seconds | None
    playback: Seconds | None


class WholeConversation(Conversation):
    """A conversation with its items, oldest first."""

    items: Sequence[ConversationItem]
    more_items: bool = Field(description="There are more items: at most 5,000, or 10 MB of text.")


@dataclasses.dataclass(frozen=True, slots=True)
class _Inside:
    """What is inside of conversations."""

    tool: str
    error: str
    stage: str
    delay: timedelta


async def _inside(
    tool: Annotated[
        str,
        Query(max_length=1000, description="called, or with tool_failures: a call of it failed"),
    ] = "",
    error: Annotated[
        str, Query(max_length=1000, description="a kind of error in the session's report: llm, …")
    ] = "",
    stage: Annotated[
        Stage | None,
        Query(description="Only conversations in which this stage took at least `delay`."),
    ] = None,
    delay: Annotated[
        float,
        Query(
            ge=0,
            le=3600,
            allow_inf_nan=False,
            description="Minimum duration of `stage`, in seconds.",
        ),
    ] = 0.0,
) -> _Inside:
    return _Inside(tool, error, stage or "", timedelta(seconds=delay))


@dataclasses.dataclass(frozen=True, slots=True)
class _Flags:
    """What conversations have, or are."""

    errors: bool
    tool_failures: bool
    interrupted: bool
    running: bool


async def _flags(
    errors: Annotated[bool, Query(description="only those with errors")] = False,
    tool_failures: Annotated[bool, Query(description="only those with failed calls")] = False,
    interrupted: Annotated[bool, Query(description="only those with interruptions")] = False,
    running: Annotated[bool, Query(description="only those of which no end is known")] = False,
) -> _Flags:
    return _Flags(errors, tool_failures, interrupted, running)


@router.get("", dependencies=reads(Permission.CONVERSATIONS_READ))
async def list_conversations(
    store: StoreDep,
    settings: SettingsDep,
    user: UserDep,
    asked: AskedDep,
    flags: Annotated[_Flags, Depends(_flags)],
    inside: Annotated[_Inside, Depends(_inside)],
    q: Annotated[
        str, Query(max_length=1000, description="words that are all in one line of a transcript")
    ] = "",
    agent: Annotated[
        str, Query(max_length=1000, description="its name; `*` stands for any text")
    ] = "",
    room: RoomPattern = "",
    room_sid: Name = "",
    dispatch_id: Name = "",
    call_id: Name = "",
    caller: Annotated[
        str, Query(max_length=1000, description="an identity; needs personal.read")
    ] = "",
    version: Name = "",
    model: Name = "",
    tag: Name = "",
    outcome: Outcome | None = None,
    since: Annotated[Moment | None, Query(description="when they started at least")] = None,
    until: Annotated[Moment | None, Query(description="before when they started")] = None,
) -> Page[Conversation]:
    """List the conversations, newest first."""
    check_personal(user, caller)
    check_room(user, room)
    wanted = Wanted(
        words=words_in(q),
        agent=agent,
        room=room,
        session=room_sid,
        dispatch=dispatch_id,
        call=call_id,
        caller=caller,
        version=version,
        model=model,
        tag=tag,
        outcome=outcome or "",
        started=Range(since, until),
        **dataclasses.asdict(flags),
        **dataclasses.asdict(inside),
    )
    found = await listing.page(store, wanted, place_of(asked), settings.model_prices)
    masks = masking(user)
    return following(Conversation, found, [Conversation(**_said(masks, e)) for e in found.rows])


@router.get("/{job}", dependencies=reads(Permission.CONVERSATIONS_READ))
async def get_conversation(
    request: Request, store: StoreDep, settings: SettingsDep, user: UserDep, job: JobId
) -> WholeConversation:
    """Get a conversation with its items, and write that somebody opened it."""
    conversation = await listing.get(store, job, settings.model_prices)
    found, more = await item_list.items(store, conversation.job)
    await opened(request, conversation.job, again=False)
    items = [ConversationItem.model_validate(each) for each in found]
    own = _said(masking(user), conversation)
    return WholeConversation(**own, items=items, more_items=more)


def _said(masks: Masking, conversation: Listed) -> dict[str, Any]:
    """Return the fields of a conversation, as somebody may see them."""
    names = Conversation.model_fields.keys() & {each.name for each in dataclasses.fields(Listed)}
    own = {name: getattr(conversation, name) for name in names}
    own["room"] = masks.room(conversation.room)
    if conversation.caller:
        own["caller"] = masks.person(conversation.caller, conversation.caller_kind)
    cost = conversation.cost
    return own | {
        "cost": cost.amount if cost else None,
        "currency": cost.money.currency if cost and cost.is_known else None,
        "no_price_for": cost.unpriced if cost else (),
        "job_id": conversation.job,
        "dispatch_id": conversation.dispatch,
        "call_id": conversation.call,
        "last_upload_at": conversation.heard_at,
        "outcome": str(conversation.outcome) if conversation.outcome else None,
    }
