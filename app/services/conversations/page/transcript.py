"""The transcript: a part of its lines, with their words.

Texts are long if somebody wants that: what is read together is bounded by its characters, too.
"""

import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select

from app.services.conversations.fitting import fitting, parts
from app.services.conversations.page import stages
from app.services.conversations.page.conversation import Conversation
from app.services.conversations.page.lines import LONGEST, SIDES, Line, place_of, sound_of, text_of
from app.services.conversations.page.outline import ITEMS, Entry, Outline, Show, matching
from app.services.conversations.states import ChatRole, ItemKind
from app.services.conversations.writing.rows import LONGEST_TEXT
from app.services.history.states import named
from app.store.store import Store

LINES = 100
MOST_LINES = 2_000
MOST_TEXT = 1_000_000  # characters of all texts that are read together
TOGETHER = 500
ZERO = timedelta()


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the lines that match: those from `start` on, of `matched`.

    `cut` if they are fewer than was asked for, because they have MOST_TEXT characters.
    """

    lines: Sequence[Line]
    start: int
    matched: int
    cut: bool = False

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
) -> Page:
    """Return a part of the lines that match; without `start`, the last ones while it is open.

    Raises StoreError.
    """
    entries: Sequence[Entry] = [each for each in found.entries if each.is_shown(show)]
    if q:
        wanted = await matching(store, conversation, q)
        entries = [each for each in entries if each.id in wanted or each.result in wanted]
    is_latest = start is None and conversation.is_open
    first = max(len(entries) - most, 0) if is_latest else start or 0
    part = entries[first : first + most]
    fitted = _fitted(await _sizes(store, part, LONGEST), is_latest)
    shown = await _with_words(store, conversation, part[fitted], LONGEST)
    return Page(shown, first + fitted.start, len(entries), len(part[fitted]) < len(part))


async def every(
    store: Store, conversation: Conversation, entries: Sequence[Entry]
) -> AsyncIterator[Line]:
    """Yield lines with all of their words, of which few are in memory. Raises StoreError."""
    for first in range(0, len(entries), TOGETHER):
        measured = entries[first : first + TOGETHER]
        for part in parts(await _sizes(store, measured, LONGEST_TEXT), MOST_TEXT):
            for line in await _with_words(store, conversation, measured[part], LONGEST_TEXT):
                yield line


def spoken_entries(conversation: Conversation, found: Outline) -> Sequence[Entry]:
    """Return the messages of caller and agent, in the order of the recording if there is one."""
    spoken = [
        each
        for each in found.entries
        if each.kind == ItemKind.MESSAGE and (each.role or ChatRole.ASSISTANT) in SIDES
    ]
    return sorted(spoken, key=lambda each: place_of(each, conversation)[0])


async def _with_words(
    store: Store, conversation: Conversation, part: Sequence[Entry], longest: int
) -> Sequence[Line]:
    """Return the lines with their words, at most `longest` characters of each text."""
    words = await _words(store, part, longest)
    scale = stages.scale_of(each.response for each in part if each.response is not None)
    return [_line(each, words, conversation, scale) for each in part if each.id in words]


def _fitted(sizes: Sequence[int], from_end: bool) -> slice:
    """Return where the first entries that fit on a page are, or the last ones."""
    if from_end:
        return slice(len(sizes) - fitting(sizes[::-1], MOST_TEXT), len(sizes))
    return slice(0, fitting(sizes, MOST_TEXT))


async def _sizes(store: Store, part: Sequence[Entry], longest: int) -> Sequence[int]:
    """Return how many characters are read for each entry, its result included."""
    query = select(ITEMS.id, func.length(ITEMS.text), func.length(ITEMS.details))
    sizes: dict[int | None, int] = {}
    async with store.read() as connection:
        for some in _some(query, part):
            for number, text, details in await connection.execute(some):
                sizes[number] = min(text, longest) + details
    return [sizes.get(each.id, 0) + sizes.get(each.result, 0) for each in part]


async def _words(store: Store, part: Sequence[Entry], longest: int) -> Mapping[int, Any]:
    """Return the words of items by their IDs; of a long text, only the beginning is read."""
    text = func.substr(ITEMS.text, 1, longest).label("text")
    length = func.length(ITEMS.text).label("length")
    query = select(ITEMS.id, ITEMS.name, text, length, ITEMS.details)
    words: dict[int, Any] = {}
    async with store.read() as connection:
        for some in _some(query, part):
            words |= {row.id: row for row in await connection.execute(some)}
    return words


def _some(query: Select[Any], part: Sequence[Entry]) -> Iterable[Select[Any]]:
    """Yield the queries of all items of a part: of messages and calls, and of results."""
    wanted = [number for each in part for number in (each.id, each.result) if number is not None]
    for first in range(0, len(wanted), TOGETHER):
        yield query.where(ITEMS.id.in_(wanted[first : first + TOGETHER]))


def _line(
    entry: Entry,
    words: Mapping[int, Any],
    conversation: Conversation,
    scale: timedelta,
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
        text=text_of(row),
        result=text_of(result) if result else None,
        took=max(took, ZERO) if took is not None else None,
        bar=stages.bar(entry.response, entry.delays, scale) if entry.response else (),
        stages=stages.named(entry.delays, entry.slow) if is_answer else (),
        details=_details(row.details),
    )


def _details(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
