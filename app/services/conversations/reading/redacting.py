"""What is not kept of a session that asks for redaction: its words, and its sound.

livekit-agents leaves redaction to who receives: it sends all that was said (`chat.item`, and the
history), and the recording. LiveKit Cloud masks personal data within the words. Nothing
here can tell which words are personal, so none are kept: lines keep who, when, and the delays.
"""

from collections.abc import Iterator
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import AnyValue

from app.services.conversations.attributes import is_personal, remove_personal
from app.services.conversations.facts import Upload

# Members of chat items and verdicts that have words (livekit-agents, ChatItem, Tagger).
WORDS = frozenset(
    {"content", "arguments", "output", "instructions", "extra", "reasoning", "reason", "metadata"}
)
SAID = frozenset({"chat.item", "evaluation", "outcome", "tag", "session.options"})
REDACTED = "redacted"  # in an item's details: its words were not kept


def redact(attributes: Any) -> None:
    """Remove personal attributes from a repeated field of a message, and words from the others."""
    remove_personal(attributes)
    for attribute in attributes:
        if attribute.key in SAID:
            _remove_words(attribute.value)


def _remove_words(value: AnyValue) -> None:
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if part.WhichOneof("value") == "array_value":
            waiting.extend(part.array_value.values)
        elif part.WhichOneof("value") == "kvlist_value":
            pairs = part.kvlist_value.values
            kept = [each for each in pairs if not _has_words(each.key)]
            del pairs[:]
            pairs.extend(kept)
            waiting.extend(each.value for each in pairs)


def without_words(found: Any) -> Any:
    """Return JSON without the members that have words."""
    match found:
        case dict():
            kept = {name: value for name, value in found.items() if not _has_words(name)}
            return {name: without_words(value) for name, value in kept.items()}
        case list():
            return [without_words(value) for value in found]
        case _:
            return found


def mark(upload: Upload) -> None:
    """Note on each line of an upload that it had words, or may have had some."""
    for item in upload.items:
        item.details[REDACTED] = True


def _has_words(name: str) -> bool:
    return name in WORDS or is_personal(name)


def attributes_of(message: Any) -> Iterator[Any]:
    """Yield the attributes of a span with its events, of a log record, or of a data point."""
    yield message.attributes
    for event in getattr(message, "events", ()):
        yield event.attributes
