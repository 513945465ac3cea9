"""The items of one conversation, in their order, as the API has them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, func, select

from app.services.audit.writing import storable
from app.services.conversations.fitting import fitting
from app.services.conversations.lists.wanted import MICROSECOND
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import CONVERSATION_ITEMS
from app.store.store import Store

MOST = 5_000  # items
LONGEST = 100_000  # characters of a text
MOST_TEXT = 10_000_000  # characters of all texts together
ITEMS = CONVERSATION_ITEMS.c
LONG = {"text", "details"}


@dataclass(frozen=True, slots=True)
class Item:
    """A message, a tool call or its result, a hand-off, or a change of instructions.

    Delays are None where none was measured; `details` are JSON's values that no other field has.
    """

    id: str
    kind: str
    at: datetime
    role: str
    text: str
    interrupted: bool
    call_id: str
    name: str
    failed: bool
    details: Mapping[str, Any]
    started_speaking_at: datetime | None
    stopped_speaking_at: datetime | None
    response: timedelta | None
    end_of_turn: timedelta | None
    transcription: timedelta | None
    hook: timedelta | None
    llm_first_token: timedelta | None
    tts_first_byte: timedelta | None
    playback: timedelta | None


async def items(
    store: Store, job: str, most: int = MOST, server: str = DEFAULT_SERVER
) -> tuple[Sequence[Item], bool]:
    """Return the first items, and whether there are more. Raises StoreError.

    They end before `most` if their texts have more than MOST_TEXT characters; one is always there.
    """
    columns: list[Any] = [column for column in ITEMS if column.name not in LONG]
    columns += [func.substr(ITEMS[name], 1, LONGEST).label(name) for name in LONG]
    mine = and_(ITEMS.server == server, ITEMS.job == storable(job))
    order = (ITEMS.at, ITEMS.id)
    sizes = select(*(func.length(ITEMS[name]) for name in LONG)).where(mine).order_by(*order)
    query = select(*columns).where(mine).order_by(*order)
    async with store.read() as connection:
        found = (await connection.execute(sizes.limit(most + 1))).all()
        number = fitting([_size(row) for row in found[:most]], MOST_TEXT)
        rows = (await connection.execute(query.limit(number))).all()
    return [_item(row) for row in rows], len(found) > number


def _size(lengths: Row[Any]) -> int:
    return sum(min(length, LONGEST) for length in lengths)


def _item(row: Row[Any]) -> Item:
    return Item(
        row.item,
        row.kind,
        row.at,
        row.role,
        row.text,
        row.interrupted,
        row.call,
        row.name,
        row.failed,
        _details(row.details),
        row.started_speaking_at,
        row.stopped_speaking_at,
        _span(row.response),
        _span(row.end_of_turn),
        _span(row.transcription),
        _span(row.hook),
        _span(row.llm_first_token),
        _span(row.tts_first_byte),
        _span(row.playback),
    )


def _span(microseconds: int | None) -> timedelta | None:
    return None if microseconds is None else microseconds * MICROSECOND


def _details(text: str) -> Mapping[str, Any]:
    """Return the object in a text; nothing for one that was cut, or is nested too deeply."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
