"""A conversation as JSON: its facts, what is beside its transcript, and all of its items."""

import dataclasses
import json
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, select, tuple_

from app.services.conversations.fitting import parts
from app.services.conversations.page.conversation import Conversation
from app.services.conversations.page.outline import ITEMS, own
from app.services.conversations.page.parts import Parts
from app.services.conversations.page.people import Caller
from app.services.conversations.page.stages import Stage
from app.services.conversations.page.transcript import MOST_TEXT
from app.store.schema import CONVERSATION_ITEMS
from app.store.store import Store
from app.text.json_text import strict

BATCH = 50  # items that are measured together
SIZE = func.length(ITEMS.text) + func.length(ITEMS.details)  # details have up to 16 MB
INTERNAL = ("server", "waveform", "recording")  # how it is stored
MICRO = 1_000_000


async def as_json(
    store: Store, conversation: Conversation, caller: Caller, parts: Parts
) -> AsyncIterator[str]:
    """Yield a conversation as JSON; times as ISO 8601, spans in seconds. Raises StoreError."""
    facts = {
        field.name: getattr(conversation, field.name)
        for field in dataclasses.fields(conversation)
        if field.name not in INTERNAL
    }
    facts |= {"caller": caller.identity, "phone": caller.number}
    facts["options"] = _read(conversation.options) if conversation.options else None
    facts["usage"] = [dataclasses.asdict(used) for used in parts.usage]
    facts["errors_by_kind"] = dict(parts.errors)
    facts["evaluations"] = [dataclasses.asdict(each) for each in parts.evaluations]
    facts["tags"] = [tag for tag, _ in parts.tags]
    yield _dumped(facts)[:-1] + ', "items": ['
    comma = ""
    async for row in _rows(store, conversation):
        yield f"{comma}\n{_dumped(_item(row))}"
        comma = ","
    yield "\n]}\n"


async def _rows(store: Store, conversation: Conversation) -> AsyncIterator[Row[Any]]:
    """Yield all items in their order; those read together have at most MOST_TEXT characters.

    A longer one is read alone.
    """
    async for measured in _measured(store, conversation):
        for part in parts([each.size for each in measured], MOST_TEXT):
            wanted = ITEMS.id.in_([each.id for each in measured[part]])
            query = select(CONVERSATION_ITEMS).where(wanted).order_by(ITEMS.at, ITEMS.id)
            async with store.read() as connection:
                rows = (await connection.execute(query)).all()
            for row in rows:
                yield row


async def _measured(store: Store, conversation: Conversation) -> AsyncIterator[Sequence[Row[Any]]]:
    """Yield the places and sizes of all items in their order, without their words."""
    columns: Sequence[Any] = (ITEMS.at, ITEMS.id, SIZE.label("size"))
    query = own(conversation).with_only_columns(*columns).order_by(ITEMS.at, ITEMS.id)
    some = query.limit(BATCH)
    while True:
        async with store.read() as connection:
            rows = (await connection.execute(some)).all()
        yield rows
        if len(rows) < BATCH:
            return
        last = rows[-1]
        place = tuple_(last.at, last.id, types=[ITEMS.at.type, ITEMS.id.type])
        some = query.where(ITEMS.at >= last.at, tuple_(ITEMS.at, ITEMS.id) > place).limit(BATCH)


def _item(row: Row[Any]) -> dict[str, Any]:
    delays = {stage.value: getattr(row, stage.value) for stage in Stage}
    delays["response"] = row.response
    return {
        "id": row.item,
        "kind": row.kind,
        "origin": row.origin,
        "at": row.at,
        "role": row.role,
        "text": row.text,
        "interrupted": row.interrupted,
        "call_id": row.call,
        "name": row.name,
        "failed": row.failed,
        "started_speaking_at": row.started_speaking_at,
        "stopped_speaking_at": row.stopped_speaking_at,
        "delays": {name: took / MICRO for name, took in delays.items() if took is not None},
        "details": _read(row.details),
    }


def _read(text: str) -> Any:
    """Return what JSON stands for; the text itself if it was cut, or is nested too deeply."""
    try:
        found = strict(text)
        json.dumps([[[found]]])  # deeper than where it is put
    except (ValueError, RecursionError):
        return text
    return found


def _dumped(found: Any) -> str:
    return json.dumps(found, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value)
