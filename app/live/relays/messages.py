"""What processes tell each other: topics that changed, and the moments of the feed."""

import json
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.live.topics import area, bounded

LONGEST_TOPIC = 1_000  # bytes; of a longer one only the area is sent
ROOM_FOR_REST = 300  # bytes of a message that are no topics


@dataclass(frozen=True, slots=True)
class News:
    """A message: which process sent it, what changed, and when its feed last reported."""

    origin: str
    topics: frozenset[str]
    moments: Mapping[str, float]


def encoded(
    origin: str, topics: Collection[str], moments: Mapping[str, float], largest: int
) -> Iterator[str]:
    """Yield the messages, in ASCII, each of at most `largest` bytes; at least one."""
    short = {topic if _size(topic) <= LONGEST_TOPIC else area(topic)[:100] for topic in topics}
    together: list[str] = []
    size = ROOM_FOR_REST
    for topic in sorted(bounded(short)):
        if size + _size(topic) > largest:
            yield _message(origin, together, moments)
            together, size = [], ROOM_FOR_REST
        together.append(topic)
        size += _size(topic)
    yield _message(origin, together, moments)


def decoded(text: str | bytes) -> News | None:
    """Return what a message says, or None for anything that isn't one."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return None
    match said:
        case {"from": str(origin), "topics": [*topics], "fed": dict(moments)}:
            named = frozenset(topic for topic in topics if isinstance(topic, str))
            return News(origin, bounded(named), dict(_valid(moments)))
    return None


def _valid(moments: dict[Any, Any]) -> Iterator[tuple[str, float]]:
    for part, moment in moments.items():
        if isinstance(moment, int | float) and math.isfinite(moment):
            yield part, float(moment)


def _size(topic: str) -> int:
    return len(json.dumps(topic)) + 2


def _message(origin: str, topics: list[str], moments: Mapping[str, float]) -> str:
    return json.dumps({"from": origin, "topics": topics, "fed": dict(moments)})
