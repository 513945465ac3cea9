"""Lists of history in the JSON API: their cursors are a moment and an ID."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, TypeVar

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field

from app.errors import BadQuery
from app.services.history.lists.walking import EPOCH, Cursor, Found, Place
from app.web.api.listing import BAD_CURSOR, Asked, Page, Record, decoded, encoded

Item = TypeVar("Item", bound=BaseModel)
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def _as_described(given: Any) -> Any:
    """Refuse numbers, which pydantic takes for seconds since 1970."""
    if isinstance(given, str) and not RFC_3339.fullmatch(given):
        raise ValueError("This isn't a time with its zone, such as 2026-11-29T13:37:26Z.")
    return given


Moment = Annotated[AwareDatetime, BeforeValidator(_as_described)]
RoomPattern = Annotated[
    str,
    Query(
        max_length=1000,
        description="its name, or a pattern in which `*` stands for any text; one with digits "
        "needs personal.read",
    ),
]


class InferredRecord(Record):
    """The base of what may have a start or an end that no webhook reported."""

    inferred: bool = Field(
        description="Its start or its end was not reported, but concluded from LiveKit's lists."
    )


def place_of(asked: Asked) -> Place:
    """Return which page of a list is asked for. Raises BadQuery."""
    key = decoded(asked.cursor)
    if key is None:
        return Place(asked.limit)
    if len(key) != 2 or not (isinstance(key[0], int) and isinstance(key[1], str)):
        raise BadQuery(BAD_CURSOR)
    try:
        return Place(asked.limit, Cursor.read(f"{key[0]}.{key[1]}"))
    except BadQuery:
        raise BadQuery(BAD_CURSOR) from None


def following(kind: type[Item], found: Found[Any], items: Sequence[Item]) -> Page[Item]:
    """Return a page with the cursor of the next one."""
    older = found.older
    if older is None:
        return Page[kind](items=items, next=None)  # type: ignore[valid-type]
    micro = (older.at - EPOCH) // timedelta(microseconds=1)
    after = encoded((micro, older.sid))
    return Page[kind](items=items, next=after)  # type: ignore[valid-type]
