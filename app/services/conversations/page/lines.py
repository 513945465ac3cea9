"""A line of a transcript, and where it is in the recording."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.services.conversations.page.conversation import Conversation
from app.services.conversations.page.outline import Entry
from app.services.conversations.page.stages import Named, Piece
from app.services.conversations.states import ChatRole, ItemKind
from app.services.livekit.enums import Newer

LONGEST = 4_000  # characters of a text on the page; exports have all of it
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


def sound_of(entry: Entry, conversation: Conversation) -> tuple[float, float] | None:
    """Return where a line is in the recording, in seconds; None if that isn't known."""
    began = conversation.recording_started_at
    if began is None or not has_sound(conversation):
        return None
    start = max((entry.at - began).total_seconds(), 0.0)
    end = (entry.until or entry.returned_at or entry.at) - began
    return round(start, 3), round(max(end.total_seconds(), start), 3)


def has_sound(conversation: Conversation) -> bool:
    """Return whether there is a recording in which lines can be found."""
    is_kept = conversation.recording and not conversation.recording_deleted_at
    return bool(is_kept and conversation.recording_started_at)


def place_of(entry: Entry, conversation: Conversation) -> tuple[float, float]:
    """Return where a line is in the recording; without one, from the start of the conversation."""
    if sound := sound_of(entry, conversation):
        return sound
    start = max(entry.at - conversation.started_at, ZERO).total_seconds()
    spoken = entry.until - entry.at if entry.until and entry.until >= entry.at else ZERO
    return start, start + spoken.total_seconds()


def text_of(row: Any) -> Text:
    """Return the text of a row that has its beginning, and its whole length."""
    return Text(row.text, max(row.length - len(row.text), 0))
