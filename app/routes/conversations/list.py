"""/conversations: what agents uploaded, newest first, searched by words, and as a file."""

import dataclasses
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from app.navigation.figures import Figure
from app.routes.conversations.opening import searched
from app.routes.conversations.setting_up import set_up
from app.routes.history.shared import (
    Day,
    Flag,
    PlaceDep,
    Text,
    check_personal,
    check_room,
    listed,
    masking,
    none,
    range_of,
)
from app.security.guards import sees
from app.security.roles import Permission
from app.services.conversations.lists import listing
from app.services.conversations.lists.wanted import Listed, Longer, Slower, Sort, Wanted
from app.services.conversations.lists.words import words_in
from app.services.conversations.page.stages import WORDS, Stage
from app.services.conversations.states import Outcome
from app.services.history.lists.ranges import Span
from app.services.history.lists.walking import EPOCH
from app.services.history.masking import Masking
from app.services.lists import Ask
from app.text.paths import CONVERSATIONS
from app.text.spans import precise
from app.web.deps import SettingsDep, StoreDep, UserDep
from app.web.exports import Ending, as_stream, copied
from app.web.listing import AskDep, asked, filters
from app.web.pages import page

router = APIRouter(prefix=CONVERSATIONS)


@dataclasses.dataclass(frozen=True, slots=True)
class Filters:
    """The list's own filters, as they are in the address; `q` is searched in transcripts.

    `delay` is in seconds, and belongs to `stage`.
    """

    agent: Text = ""
    room: Text = ""
    session: Text = ""
    dispatch: Text = ""
    call: Text = ""
    caller: Text = ""
    version: Text = ""
    model: Text = ""
    tag: Text = ""
    tool: Text = ""
    error: Text = ""
    stage: Literal[""] | Stage = ""
    delay: Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)] = 0.0
    outcome: Literal[""] | Outcome = ""
    errors: Flag = ""
    tools: Flag = ""
    interrupted: Flag = ""
    running: Flag = ""
    longer: Longer = ""
    slower: Slower = ""
    order: Sort = ""
    span: Span = ""
    since: Day = ""
    until: Day = ""

    def wanted(self, request: Request, q: str) -> Wanted:
        """Return what to search for now."""
        return Wanted(
            words=words_in(q),
            agent=self.agent,
            room=self.room,
            session=self.session,
            dispatch=self.dispatch,
            call=self.call,
            caller=self.caller,
            version=self.version,
            model=self.model,
            tag=self.tag,
            tool=self.tool,
            error=self.error,
            stage=self.stage,
            delay=timedelta(seconds=self.delay),
            outcome=self.outcome,
            errors=bool(self.errors),
            tool_failures=bool(self.tools),
            interrupted=bool(self.interrupted),
            running=bool(self.running),
            longer=self.longer,
            slower=self.slower,
            sort=self.order,
            started=range_of(request, self.span, self.since, self.until),
        )

    @property
    def slow_stage(self) -> str:
        """The filter by a stage, in words; empty without one."""
        if not self.stage:
            return ""
        return f"{WORDS[self.stage]} of {precise(timedelta(seconds=self.delay))} or more"


ListDep = Annotated[Ask, asked("conversation")]
FiltersDep = Annotated[Filters, filters(Filters)]


@router.get("", dependencies=[sees(Permission.CONVERSATIONS_READ)])
async def conversation_list(
    request: Request,
    store: StoreDep,
    settings: SettingsDep,
    user: UserDep,
    ask: ListDep,
    chosen: FiltersDep,
    place: PlaceDep,
) -> Response:
    """Show one page of the conversations that match, by a few queries of bounded cost.

    A search shows what was said, so it is written who searched for what.
    """
    check_personal(user, chosen.caller)
    check_room(user, chosen.room)
    wanted, now = chosen.wanted(request, ask.q), datetime.now(UTC)
    if wanted.words:
        await searched(request, wanted.words)
    prices, place = settings.model_prices, dataclasses.replace(place, size=ask.per_page)
    found = await listing.page(store, wanted, place, prices)
    live = await listing.count_live(store, now)
    masks = masking(user)
    shown = dataclasses.replace(found, rows=[_masked(masks, each) for each in found.rows])
    conversations = listed(shown, ask, dataclasses.asdict(chosen), CONVERSATIONS)
    is_first = place.before is None and place.after is None
    is_empty = not (found.rows or conversations.filtered) and is_first
    return await page(
        request,
        "conversations/list.html.j2",
        live=is_first,
        topics=("conversations",),
        figures={CONVERSATIONS: Figure(live)},
        conversations=conversations,
        searched=found.searched,
        searched_to=found.searched - EPOCH if found.searched and chosen.order else None,
        filters=chosen,
        words=wanted.words,
        now=now,
        personal=not masks.on,
        priced=prices is not None,
        set_up=set_up(request) if is_empty else None,
    )


@router.get("/-/export.{ending}", dependencies=[sees(Permission.CONVERSATIONS_READ)])
async def export_conversations(
    request: Request,
    store: StoreDep,
    settings: SettingsDep,
    user: UserDep,
    ask: AskDep,
    chosen: FiltersDep,
    ending: Ending,
) -> Response:
    """Send all conversations that match as a file, of any number; no word of theirs is in it."""
    check_personal(user, chosen.caller)
    check_room(user, chosen.room)
    found = listing.every(store, chosen.wanted(request, ask.q), settings.model_prices)
    rows = none() if request.state.is_head else _exported(found, masking(user))
    return await as_stream("conversations", ending, rows, ExportedConversation)


@dataclasses.dataclass(frozen=True, slots=True)
class ExportedConversation:
    """A conversation in a file; what was not reported or measured is null.

    `cost` is that of its usage at MODEL_PRICES, without the models in `no_price_for`; it is null
    without prices, and if none of its models has one.
    """

    job_id: str
    agent: str
    version: str
    sdk_version: str
    room: str
    room_sid: str
    caller: str
    started_at: datetime
    ended_at: datetime | None
    ended_inferred: bool
    duration: timedelta | None
    turns: int | None
    interruptions: int | None
    tool_calls: int | None
    tool_failures: int | None
    errors: int | None
    response_p50: timedelta | None
    response_p95: timedelta | None
    outcome: str
    close_reason: str
    tags: tuple[str, ...]
    cost: float | None
    currency: str
    no_price_for: tuple[str, ...]


async def _exported(
    conversations: AsyncIterator[Listed], masks: Masking
) -> AsyncIterator[ExportedConversation]:
    async for each in conversations:
        shown, cost = _masked(masks, each), each.cost
        yield copied(
            ExportedConversation,
            shown,
            job_id=shown.job,
            outcome=str(shown.outcome or ""),
            tags=tuple(shown.tags),
            cost=cost.amount if cost else None,
            currency=cost.money.currency if cost and cost.is_known else "",
            no_price_for=tuple(cost.unpriced) if cost else (),
        )


def _masked(masks: Masking, conversation: Listed) -> Listed:
    """Return a conversation as it may be shown."""
    shown = masks.in_room(conversation)
    if not (masks.on and shown.caller):
        return shown
    return dataclasses.replace(shown, caller=masks.person(shown.caller, shown.caller_kind))
