"""The outline of a transcript: what each item is and how long it took, without its words.

All items of a conversation are read, as figures and filters are of all of them; words are read
only for the lines that are shown (transcript.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Literal

from sqlalchemy import Row, Select, and_, or_, select

from app.services.conversations.page.conversation import Conversation, span
from app.services.conversations.page.stages import HEARD, SLOW, Delays, Stage
from app.services.conversations.states import ChatRole, ItemKind, ItemOrigin
from app.store.schema import CONVERSATION_ITEMS
from app.store.store import Store

MOST_ITEMS = 20_000
Show = Literal["", "slow", "interrupted", "tools"]
ITEMS = CONVERSATION_ITEMS.c
COLUMNS = (
    ITEMS.id,
    ITEMS.item,
    ITEMS.kind,
    ITEMS.origin,
    ITEMS.role,
    ITEMS.at,
    ITEMS.interrupted,
    ITEMS.failed,
    ITEMS.call,
    ITEMS.started_speaking_at,
    ITEMS.stopped_speaking_at,
    ITEMS.response,
    *(ITEMS[stage] for stage in Stage),
)
GRACE = timedelta(seconds=1)  # an agent notices a moment later that the caller speaks


@dataclass(slots=True)
class Entry:
    """An item without its words; of a tool call, also what is known of its result.

    `by_caller` if the caller began to speak while the agent did, who was then interrupted.
    """

    id: int
    item: str
    kind: str
    role: str
    at: datetime
    until: datetime | None
    interrupted: bool
    by_caller: bool
    response: timedelta | None
    delays: Delays
    result: int | None = None
    returned_at: datetime | None = None
    failed: bool = False

    @property
    def slow(self) -> bool:
        """Return whether it is a response that took long."""
        return self.response is not None and self.response > SLOW

    @property
    def is_tool(self) -> bool:
        """Return whether it is a tool call, or a result whose call is not known."""
        return self.kind in (ItemKind.FUNCTION_CALL, ItemKind.FUNCTION_CALL_OUTPUT)

    def is_shown(self, show: Show) -> bool:
        """Return whether a filter shows it."""
        match show:
            case "slow":
                return self.slow
            case "interrupted":
                return self.interrupted
            case "tools":
                return self.is_tool
            case _:
                return True


@dataclass(frozen=True, slots=True)
class Outline:
    """The items of a conversation in their order, tool calls with their results as one.

    `traced` if the agent's history has not come, so that all is from its trace. `whole` is false if
    there are more items than are read. `delays` are all that were measured, in microseconds.
    """

    entries: Sequence[Entry]
    traced: bool
    whole: bool
    delays: dict[Stage, list[int]]

    def count(self, show: Show) -> int:
        """Return how many lines a filter shows."""
        return sum(each.is_shown(show) for each in self.entries)


async def outline(store: Store, conversation: Conversation) -> Outline:
    """Return the outline of a conversation's transcript. Raises StoreError."""
    query = own(conversation).with_only_columns(*COLUMNS).limit(MOST_ITEMS + 1)
    async with store.read() as connection:
        found = (await connection.execute(query.order_by(ITEMS.at, ITEMS.id))).all()
    return outline_of(found)


async def matching(store: Store, conversation: Conversation, text: str) -> set[int]:
    """Return the IDs of the items with a text in what was said, called, or returned."""
    pattern = f"%{_escaped(text)}%"
    like = or_(ITEMS.text.ilike(pattern, escape="\\"), ITEMS.name.ilike(pattern, escape="\\"))
    query = own(conversation).with_only_columns(ITEMS.id).where(like)
    async with store.read() as connection:
        return set((await connection.execute(query.limit(MOST_ITEMS))).scalars())


def own(conversation: Conversation) -> Select[Any]:
    """Return the query of a conversation's items."""
    mine = and_(ITEMS.server == conversation.server, ITEMS.job == conversation.job)
    return select(CONVERSATION_ITEMS).where(mine)


def outline_of(found: Sequence[Row[Any]]) -> Outline:
    """Return the outline of rows in their order."""
    whole, rows = len(found) <= MOST_ITEMS, found[:MOST_ITEMS]
    results = {
        row.call: row for row in rows if row.kind == ItemKind.FUNCTION_CALL_OUTPUT and row.call
    }
    calls = {row.call for row in rows if row.kind == ItemKind.FUNCTION_CALL}
    delays: dict[Stage, list[int]] = defaultdict(list)
    entries: list[Entry] = []
    heard: Delays = {}
    for row in rows:
        if row.kind == ItemKind.FUNCTION_CALL_OUTPUT and row.call in calls:
            continue
        own_delays = _delays(row)
        for stage, took in own_delays.items():
            delays[stage].append(round(took.total_seconds() * 1_000_000))
        if row.role == ChatRole.USER:
            heard = {stage: own_delays[stage] for stage in HEARD if stage in own_delays}
        entry = _entry(row, own_delays)
        if entry.response is not None:
            entry.delays = heard | entry.delays
            heard = {}
        if row.kind == ItemKind.FUNCTION_CALL and (result := results.get(row.call)):
            entry.result, entry.returned_at = result.id, result.at
            entry.failed = result.failed
        entries.append(entry)
    _mark_callers(entries)
    traced = bool(rows) and all(row.origin == ItemOrigin.TRACE for row in rows)
    return Outline(entries, traced, whole, delays)


def _entry(row: Row[Any], delays: Delays) -> Entry:
    is_message = row.kind == ItemKind.MESSAGE
    return Entry(
        id=row.id,
        item=row.item,
        kind=row.kind,
        role=row.role,
        at=row.started_speaking_at or row.at,
        until=row.stopped_speaking_at,
        interrupted=row.interrupted and is_message and row.role == ChatRole.ASSISTANT,
        by_caller=False,
        response=span(row.response),
        delays=delays if is_message else {},
        failed=row.failed,
    )


def _delays(row: Row[Any]) -> Delays:
    return {stage: took for stage in Stage if (took := span(getattr(row, stage.value))) is not None}


def _mark_callers(entries: Iterable[Entry]) -> None:
    spoken = [each for each in entries if each.kind == ItemKind.MESSAGE]
    for each, following in pairwise(spoken):
        if each.interrupted and following.role == ChatRole.USER:
            each.by_caller = following.at <= (each.until or following.at) + GRACE


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
