"""Lists of the JSON API: their parameters, their pages, and the cursors between them."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from app.errors import BadQuery
from app.services.following import Following, Key, Position
from app.services.rooms.scan import RoomScan

DEFAULT_LIMIT = 50
MOST = 200
BAD_CURSOR = "cursor: Use the value of `next` in the page before, with the same filters."

Item = TypeVar("Item", bound=BaseModel)
Seconds = Annotated[
    timedelta, PlainSerializer(timedelta.total_seconds, float), Field(description="In seconds.")
]


class Record(BaseModel):
    """The base of all that the API returns: made of the frozen records of the services."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: Sequence[Item]
    next: str | None = Field(
        description="The cursor of the next page; null on the last one. A page may be empty and "
        "still have a next one."
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page is asked for: what its address says."""

    cursor: str
    limit: int

    def position(self, q: str, parts: int) -> Position:
        """Return the position of a list whose keys have so many texts. Raises BadQuery."""
        key = decoded(self.cursor)
        if key is not None and not (len(key) == parts and _are_texts(key)):
            raise BadQuery(BAD_CURSOR)
        return Position(self.limit, q, None if key is None else tuple(key))

    def in_scan(self, q: str, parts: int) -> tuple[int, Position]:
        """Return where a scan of rooms starts, and the position in it. Raises BadQuery."""
        start, *key = decoded(self.cursor) or [0]
        if not (isinstance(start, int) and 0 <= start <= 1_000_000 and _are_texts(key)):
            raise BadQuery(BAD_CURSOR)
        if len(key) not in {0, parts}:
            raise BadQuery(BAD_CURSOR)
        return start, Position(self.limit, q, tuple(key) or None)

    @property
    def number(self) -> int | None:
        """The number that a list of the store continues before or after. Raises BadQuery."""
        key = decoded(self.cursor)
        if key is None:
            return None
        if len(key) != 1 or not isinstance(key[0], int) or not 0 <= key[0] <= 2**62:
            raise BadQuery(BAD_CURSOR)
        return int(key[0])


def page(kind: type[Item], found: Following[Any]) -> Page[Item]:
    """Return a page of one of LiveKit's lists."""
    items = [kind.model_validate(row) for row in found.rows]
    return Page[kind](items=items, next=encoded(found.last))  # type: ignore[valid-type]


def scanned(kind: type[Item], found: Following[Any], scan: RoomScan) -> Page[Item]:
    """Return a page of what a scan of rooms found; the last of one scan leads to the next scan."""
    items = [kind.model_validate(row) for row in found.rows]
    if found.last is not None:
        after = encoded((scan.start, *found.last))
    else:
        after = None if scan.after is None else encoded((scan.after,))
    return Page[kind](items=items, next=after)  # type: ignore[valid-type]


def encoded(key: Key | tuple[str | int, ...] | None) -> str | None:
    """Return the cursor for a key; None at the end."""
    if key is None:
        return None
    text = json.dumps(key, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decoded(cursor: str) -> list[Any] | None:
    """Return the key in a cursor, None without one. Raises BadQuery for anything else."""
    if not cursor:
        return None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        key = json.loads(raw)
    except (binascii.Error, ValueError, RecursionError):
        raise BadQuery(BAD_CURSOR) from None
    if not isinstance(key, list) or not key or any(isinstance(part, bool) for part in key):
        raise BadQuery(BAD_CURSOR)
    return key


def _are_texts(key: Sequence[Any]) -> bool:
    return all(isinstance(part, str) for part in key)


async def _asked(
    cursor: Annotated[
        str,
        Query(max_length=4000, pattern="^[A-Za-z0-9_-]*$", description="`next` of the page before"),
    ] = "",
    limit: Annotated[
        int, Query(ge=1, le=MOST, description="how many items a page has at most")
    ] = DEFAULT_LIMIT,
) -> Asked:
    """Read the page from the query."""
    return Asked(cursor, limit)


AskedDep = Annotated[Asked, Depends(_asked)]
Text = Annotated[str, Query(max_length=1000, description="a text that an item contains")]
