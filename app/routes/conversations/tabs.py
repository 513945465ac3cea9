"""The tabs of a conversation's page: what each shows."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request

from app.errors import NotFound
from app.routes.conversations.filters import Addresses, filters_of
from app.routes.conversations.trace import logs_tab, trace_tab
from app.routes.history.timeline import Zoom, drawing
from app.security.roles import Permission, User
from app.services.conversations.page import happened, stages, transcript
from app.services.conversations.page.conversation import Conversation
from app.services.conversations.page.instructions import setups
from app.services.conversations.page.outline import Outline
from app.services.history import sessions
from app.services.history.drawing.scale import Window, milliseconds, scale
from app.services.history.lists.walking import Cursor
from app.services.history.masking import Masking
from app.services.history.parts import events
from app.store.store import Store
from app.text.paths import conversation_path

ROWS = 100


@dataclass(frozen=True, slots=True)
class Span:
    """The part of the time that a drawing shows, in milliseconds; with so many lanes."""

    start: int | None
    end: int | None
    lanes: int
    after: str


@dataclass(frozen=True, slots=True)
class Opened:
    """What a tab of the page gets."""

    request: Request
    store: Store
    user: User
    masks: Masking
    conversation: Conversation
    outline: Outline
    span: Span


async def lines_tab(about: Opened) -> dict[str, Any]:
    """Return the lines of the transcript."""
    chosen = filters_of(about.request)
    shown = await transcript.lines(
        about.store,
        about.conversation,
        about.outline,
        q=chosen.q,
        show=chosen.show,
        start=chosen.first if isinstance(chosen.first, int) else None,
        most=chosen.lines,
    )
    return {
        "shown": shown,
        "filters": chosen,
        "addresses": Addresses(about.conversation.job, chosen),
        "slow": stages.SLOW,
        "most_lines": transcript.MOST_LINES,
    }


async def events_tab(about: Opened) -> dict[str, Any]:
    """Return what happened around the conversation: milestones, stalls, and its session."""
    stalled, more = await happened.stalls(about.store, about.conversation)
    around: dict[str, Any] = {
        "milestones": happened.milestones(about.conversation),
        "stalls": stalled,
        "more_stalls": more,
        "session": None,
    }
    if about.user.can(Permission.HISTORY_READ) and about.conversation.room_sid:
        try:
            session = await sessions.get(about.store, about.conversation.room_sid)
        except NotFound:
            return around
        around |= await _session(about, about.masks.in_room(session))
    return around


async def _session(about: Opened, session: sessions.Session) -> dict[str, Any]:
    """Return the timeline of the session, at first of the time of the conversation, and events."""
    now, chosen, conversation = datetime.now(UTC), about.span, about.conversation
    until = conversation.ended_at or now
    own = scale(session, now, milliseconds(conversation.started_at), milliseconds(until))
    drawn = own
    if chosen.start is not None or chosen.end is not None:
        drawn = scale(session, now, chosen.start, chosen.end)
    usual = Window(own.window.since, own.window.until)
    zoom = Zoom(conversation_path(conversation.job), {"tab": "events"}, drawn, usual)
    listed = await events.of_session(about.store, session.sid, ROWS, Cursor.read(chosen.after))
    shown = await drawing(about.store, session, drawn, chosen.lanes, about.masks, now)
    beside = {"zoom": zoom, "rows": listed.rows, "older": listed.older, "after": chosen.after}
    return shown | beside


async def instructions_tab(about: Opened) -> dict[str, Any]:
    """Return the instructions and tools over time."""
    return {"setups": await setups(about.store, about.conversation)}


async def _trace(about: Opened) -> dict[str, Any]:
    return await trace_tab(about.request, about.store, about.user, about.conversation)


async def _logs(about: Opened) -> dict[str, Any]:
    return await logs_tab(about.request, about.store, about.conversation)


TABS: Mapping[str, Callable[[Opened], Awaitable[dict[str, Any]]]] = {
    "transcript": lines_tab,
    "trace": _trace,
    "logs": _logs,
    "events": events_tab,
    "instructions": instructions_tab,
}
