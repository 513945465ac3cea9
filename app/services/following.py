"""Lists for programs: what follows a position, which is the key of the last row before it.

A position is a key, never a number of rows: what is added or removed meanwhile moves nothing.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.services.lists import Ask, Listing, Wanted

Item = TypeVar("Item")
Row = TypeVar("Row")
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Following(Generic[Row]):
    """Rows in the order of their keys; `last` is the key of the last one if more follow."""

    rows: Sequence[Row]
    last: Key | None


@dataclass(frozen=True, slots=True)
class Position:
    """Which rows: up to `limit`, of those that contain `q`, after the one with the key `after`."""

    limit: int
    q: str = ""
    after: Key | None = None


def following(
    listing: Listing[Item, Row],
    items: Sequence[Item],
    key: Callable[[Item], Key],
    wanted: Wanted[Item],
    position: Position,
) -> Following[Row]:
    """Return the rows of the matching items after a position; keys must be unique."""
    q = Ask(position.q).folded
    after = position.after
    found = (
        item for item in items if (after is None or key(item) > after) and wanted.matches(item, q)
    )
    first = heapq.nsmallest(position.limit + 1, found, key=key)
    shown = first[: position.limit]
    more = len(first) > position.limit
    return Following([listing.record(item) for item in shown], key(shown[-1]) if more else None)
