"""What the trace and the logs of a conversation's page show, and the addresses of their parts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import Field
from starlette.requests import Request

from app.security.roles import Permission, User
from app.services.conversations.page.conversation import Conversation
from app.services.conversations.spans import drawing
from app.services.conversations.spans.lines import Lines, WantedLines, lines
from app.services.conversations.spans.searching import Only
from app.services.conversations.spans.skeleton import TracedSpan
from app.services.conversations.spans.sounding import sounding
from app.services.conversations.spans.trace import Wanted, trace
from app.services.conversations.spans.tree import Folds, Row
from app.services.conversations.states import Severity
from app.services.history.drawing.scale import Window, milliseconds
from app.services.history.lists.walking import LONGEST_CURSOR, Cursor
from app.storage.errors import StorageError
from app.store.store import Store
from app.text.paths import conversation_path
from app.web.listing import reading

MOST_FOLDS = 40  # spans that an address names
LEVELS = {
    "debug": Severity.DEBUG,
    "info": Severity.INFO,
    "warn": Severity.WARN,
    "error": Severity.ERROR,
}
IDS = r"[0-9a-f]{16}(\.[0-9a-f]{16})*"
Milliseconds = Annotated[int | None, Field(ge=0, le=4_102_444_800_000)]
Text = Annotated[str, Field(max_length=200)]
Ids = Annotated[str, Field(max_length=17 * MOST_FOLDS, pattern=f"^({IDS})?$")]
At = Annotated[str, Field(max_length=LONGEST_CURSOR)]


@dataclass(frozen=True, slots=True)
class TraceState:
    """The state of the trace, as it is in the address; times are in milliseconds since 1970."""

    start: Milliseconds = None
    end: Milliseconds = None
    q: Text = ""
    which: Literal["", "failed", "slow", "stalls"] = ""
    opened: Ids = ""
    closed: Ids = ""
    after: At = ""
    span: Annotated[str, Field(pattern="^([0-9a-f]{16})?$")] = ""

    def wanted(self) -> Wanted:
        """Return what to read. Raises BadQuery."""
        return Wanted(
            start=self.start,
            end=self.end,
            q=self.q.strip(),
            only=Only(self.which) if self.which else None,
            folds=Folds(frozenset(self.opened.split(".")), frozenset(self.closed.split("."))),
            after=Cursor.read(self.after),
            span=self.span,
        )


@dataclass(frozen=True, slots=True)
class LogState:
    """The state of the log, as it is in the address."""

    level: Literal["", "debug", "info", "warn", "error"] = ""
    logger: Text = ""
    q: Text = ""
    after: At = ""

    def wanted(self) -> WantedLines:
        """Return what to read. Raises BadQuery."""
        level = LEVELS.get(self.level)
        return WantedLines(level, self.logger, self.q.strip(), Cursor.read(self.after))


_trace_state = reading(TraceState)
_log_state = reading(LogState)


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a tab with something of its state changed."""

    path: str
    state: dict[str, Any] = field(default_factory=dict)

    def to(self, **changes: Any) -> str:
        """Return the address; what is empty is left out."""
        given = {name: value for name, value in (self.state | changes).items() if value}
        return f"{self.path}?{urlencode(given)}"

    def window(self, window: Window | None) -> str:
        """Return the address of the tree in a part of the time; None is all of it."""
        start = milliseconds(window.since) if window else None
        end = milliseconds(window.until) + 1 if window else None
        return self.to(start=start, end=end, after="", q="", which="")

    def fold(self, row: Row) -> str:
        """Return the address at which a row is open if it is closed, and closed if it is open."""
        span = row.span.span
        opened, closed = self._ids("opened"), self._ids("closed")
        if row.is_open:
            opened, closed = _without(opened, span), [*closed, span]
        else:
            opened, closed = [*opened, span], _without(closed, span)
        return self.to(opened=".".join(opened[-MOST_FOLDS:]), closed=".".join(closed[-MOST_FOLDS:]))

    def span(self, span: TracedSpan) -> str:
        """Return the address at which a span's attributes are beside the trace."""
        return self.to(span=span.span) + f"#span-{span.span}"

    def _ids(self, name: str) -> list[str]:
        return [each for each in self.state[name].split(".") if each]


def _without(spans: Iterable[str], span: str) -> list[str]:
    return [each for each in spans if each != span]


async def trace_tab(
    request: Request, store: Store, user: User, conversation: Conversation
) -> dict[str, Any]:
    """Return what the tab with the trace shows. Raises StoreError; BadQuery."""
    state = _trace_state(request)
    ended = conversation.ended_at or datetime.now(UTC)
    found = await trace(store, conversation.job, conversation.started_at, ended, state.wanted())
    path = conversation_path(conversation.job)
    context: dict[str, Any] = {
        "trace": found,
        "began": conversation.started_at,
        "state": state,
        "scale": found.scale,
        "draw": drawing,
        "lengths": drawing.lengths(found.scale),
        "bars": [drawing.bar(found.scale, row.span) for row in found.page.rows],
        "at": Addresses(path, {"tab": "trace"} | _filled(state)),
        "sounding": sounding(conversation, found, is_later=bool(state.after)),
    }
    if found.chosen:
        context |= await details_of(request, store, user, conversation.job, found.chosen.span)
    return context


async def logs_tab(request: Request, store: Store, conversation: Conversation) -> dict[str, Any]:
    """Return what the tab with the log shows. Raises StoreError; BadQuery."""
    state = _log_state(request)
    found: Lines = await lines(store, conversation.job, state.wanted())
    path = conversation_path(conversation.job)
    at = Addresses(path, {"tab": "logs"} | _filled(state))
    return {"log": found, "state": state, "at": at, "clock": drawing.clock, "levels": LEVELS}


async def details_of(
    request: Request, store: Store, user: User, job: str, span: TracedSpan
) -> dict[str, Any]:
    """Return what a span says besides its row, or why that can't be shown. Raises StoreError."""
    # with the messages of OpenTelemetry, some megabytes that only conversations need
    from app.services.conversations.spans.details import Reader

    personal = user.can(Permission.PERSONAL_READ)
    reader = Reader(store, request.app.state.storage, job, personal=personal)
    try:
        found = await reader.spans(span.batch, [span.span])
    except StorageError as error:
        return {"details": None, "missing": error}
    return {"details": found.get(span.span), "missing": None}


def _filled(state: TraceState | LogState) -> dict[str, Any]:
    return {name: getattr(state, name) for name in type(state).__slots__}
