"""The transcript: a part of its lines, with their words."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.services.conversations.page import stages
from app.services.conversations.page.conversation import Conversation
from app.services.conversations.page.outline import ITEMS, Entry, Outline, Show, matching
from app.services.conversations.page.stages import Named, Piece
from app.services.conversations.states import ChatRole, ItemKind
from app.services.conversations.writing.rows import LONGEST_TEXT
from app.services.history.states import named
from app.services.livekit.enums import Newer
from app.store.store import Store

LINES = 100
MOST_LINES = 2_000
LONGEST = 4_000  # characters of a text on the page; exports have all of it
TOGETHER = 500
MOST_NAMES, LONGEST_NAME = 30, 64
SIDES = {ChatRole.USER: "user", ChatRole.ASSISTANT: "agent"}
ZERO = timedelta()


@dataclass(frozen=True, slots=True)
class Text:
    """A text as the page shows it, and how many characters more there are."""

    shown: str
    more: int

    def __bool__(self) -> bool:
        return bool(self.shown)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a transcript: something said, a tool call with its result, or a change.

    `offset` is from the beginning of the conversation. `sound` is where the line is in the
    recording, in seconds, if that is known. `details` are JSON's values that nothing else has.
    """

    entry: Entry
    kind: ItemKind | Newer
    role: ChatRole | Newer
    offset: timedelta
    sound: tuple[float, float] | None
    name: str
    text: Text
    result: Text | None
    took: timedelta | None
    bar: Sequence[Piece]
    stages: Sequence[Named]
    details: Mapping[str, Any]

    @property
    def id(self) -> str:
        """What names the line on its page."""
        return f"item-{self.entry.id}"

    @property
    def at(self) -> datetime:
        """When it was said, or happened."""
        return self.entry.at

    @property
    def style(self) -> str:
        """The class of the line: who said it, or what it is."""
        if self.entry.is_tool:
            return "tool"
        if self.kind is not ItemKind.MESSAGE or not isinstance(self.role, ChatRole):
            return "change"
        return SIDES.get(self.role, "change")

    @property
    def is_orphan(self) -> bool:
        """Return whether it is the result of a call that is not known."""
        return self.kind is ItemKind.FUNCTION_CALL_OUTPUT

    @property
    def old_agent(self) -> str:
        """The agent that handed over, or nothing."""
        found = self.details.get("old_agent_id")
        return found if isinstance(found, str) else ""

    def named(self, key: str) -> Sequence[str]:
        """Return the texts of a list among the details, at most MOST_NAMES."""
        found = self.details.get(key)
        texts = found if isinstance(found, list) else []
        return [text[:LONGEST_NAME] for text in texts[:MOST_NAMES] if isinstance(text, str)]

    @property
    def spoken(self) -> timedelta | None:
        """How long it was spoken; None if that was not measured."""
        until = self.entry.until
        return until - self.entry.at if until and until >= self.entry.at else None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the lines that match: those from `start` on, of `matched`."""

    lines: Sequence[Line]
    start: int
    matched: int

    @property
    def end(self) -> int:
        """The number of the line after the last one that is shown."""
        return self.start + len(self.lines)

    @property
    def after(self) -> int:
        """How many lines follow."""
        return self.matched - self.end


async def lines(
    store: Store,
    conversation: Conversation,
    found: Outline,
    *,
    q: str = "",
    show: Show = "",
    start: int | None = None,
    most: int = LINES,
    longest: int = LONGEST,
) -> Page:
    """Return a part of the lines that match; without `start`, the last ones while it is open.

    Raises StoreError.
    """
    entries: Sequence[Entry] = [each for each in found.entries if each.is_shown(show)]
    if q:
        wanted = await matching(store, conversation, q)
        entries = [each for each in entries if each.id in wanted or each.result in wanted]
    if start is None:
        start = max(len(entries) - most, 0) if conversation.is_open else 0
    part = entries[start : start + most]
    words = await _words(store, part)
    scale = stages.scale_of(each.response for each in part if each.response is not None)
    shown = [_line(each, words, conversation, scale, longest) for each in part if each.id in words]
    return Page(shown, start, len(entries))


async def every(store: Store, conversation: Conversation, found: Outline) -> AsyncIterator[Line]:
    """Yield all lines with all of their words. Raises StoreError."""
    for start in range(0, len(found.entries), TOGETHER):
        part = await lines(
            store, conversation, found, start=start, most=TOGETHER, longest=LONGEST_TEXT
        )
        for line in part.lines:
            yield line


async def _words(store: Store, part: Sequence[Entry]) -> dict[int, Any]:
    wanted = [number for each in part for number in (each.id, each.result) if number is not None]
    query = select(ITEMS.id, ITEMS.name, ITEMS.text, ITEMS.details)
    words: dict[int, Any] = {}
    async with store.read() as connection:
        for first in range(0, len(wanted), TOGETHER):
            some = query.where(ITEMS.id.in_(wanted[first : first + TOGETHER]))
            words |= {row.id: row for row in await connection.execute(some)}
    return words


def _line(
    entry: Entry,
    words: Mapping[int, Any],
    conversation: Conversation,
    scale: timedelta,
    longest: int,
) -> Line:
    row = words[entry.id]
    result = words.get(entry.result) if entry.result is not None else None
    is_answer = entry.role == ChatRole.ASSISTANT
    took = entry.returned_at - entry.at if entry.returned_at else None
    return Line(
        entry=entry,
        kind=named(ItemKind, entry.kind),
        role=named(ChatRole, entry.role or ChatRole.ASSISTANT),
        offset=max(entry.at - conversation.started_at, ZERO),
        sound=sound_of(entry, conversation),
        name=row.name or (result.name if result else ""),
        text=cut(row.text, longest),
        result=cut(result.text, longest) if result else None,
        took=max(took, ZERO) if took is not None else None,
        bar=stages.bar(entry.response, entry.delays, scale) if entry.response else (),
        stages=stages.named(entry.delays, entry.slow) if is_answer else (),
        details=_details(row.details),
    )


def sound_of(entry: Entry, conversation: Conversation) -> tuple[float, float] | None:
    """Return where a line is in the recording, in seconds; None if that isn't known."""
    began = conversation.recording_started_at
    if began is None or not conversation.recording or conversation.recording_deleted_at:
        return None
    start = max((entry.at - began).total_seconds(), 0.0)
    end = (entry.until or entry.returned_at or entry.at) - began
    return round(start, 3), round(max(end.total_seconds(), start), 3)


def cut(text: str, longest: int = LONGEST) -> Text:
    """Return a text as far as a page shows it."""
    return Text(text[:longest], max(len(text) - longest, 0))


def _details(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
