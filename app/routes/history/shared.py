"""What the pages of history share: places in lists, ranges of time, masks, and empty exports."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Query
from pydantic import Field
from starlette.requests import Request

from app.errors import NotAllowed
from app.security.roles import Permission, User
from app.services.history.lists.ranges import Range, Span, between
from app.services.history.lists.walking import LONGEST_CURSOR, Cursor, Found, Place
from app.services.history.masking import Masking
from app.services.keyset import Pages
from app.services.lists import Ask
from app.web.timezone import use_zone_of

Text = Annotated[str, Field(max_length=1000)]
Day = Annotated[date | Literal[""], Field(union_mode="left_to_right")]
Flag = Literal["", "1"]
At = Annotated[str, Query(max_length=LONGEST_CURSOR)]


async def _place(before: At = "", after: At = "") -> Place:
    """Read the place in a list from the query; its size comes with the list."""
    return Place(1, Cursor.read(before), Cursor.read(after))


PlaceDep = Annotated[Place, Depends(_place)]


def range_of(request: Request, span: Span, since: Day, until: Day) -> Range:
    """Return the range of time that a filter asks for, in the visitor's zone."""
    zone = use_zone_of(request)
    return between(span, since or None, until or None, zone, datetime.now(UTC))


def masking(user: User) -> Masking:
    """Return the masks of a page for somebody."""
    return Masking(not user.can(Permission.PERSONAL_READ))


def check_personal(user: User, *wanted: str) -> None:
    """Refuse to search for a person. Raises NotAllowed for those who may not see who that is."""
    if any(wanted) and not user.can(Permission.PERSONAL_READ):
        raise NotAllowed("Your role may not search history for a person or a number.")


def check_room(user: User, wanted: str) -> None:
    """Refuse a pattern of a room's name that could reveal the digits of a phone number.

    Raises NotAllowed for those who see such names with masks.
    """
    has_digits = "*" in wanted and any(map(str.isdigit, wanted))
    if has_digits and not user.can(Permission.PERSONAL_READ):
        raise NotAllowed(
            "Your role may not search for a part of a room's name with digits in it, which could "
            "reveal a phone number. Enter the whole name, or a part without digits."
        )


def listed(found: Found[Any], ask: Ask, filters: dict[str, Any], path: str) -> Pages[Any]:
    """Return a page of a list with the addresses around it."""
    older, newer = (str(cursor) if cursor else None for cursor in (found.older, found.newer))
    return Pages(found.rows, ask, filters, older, newer, path)


async def none() -> AsyncIterator[Any]:
    """Yield nothing: a HEAD gets the headers of an export without its rows."""
    nothing: tuple[Any, ...] = ()
    for each in nothing:
        yield each
