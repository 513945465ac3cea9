"""What models were used for, by conversation."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.conversations.states import ModelKind
from app.services.conversations.writing.writing import REPORT
from app.services.history.states import named
from app.services.livekit.enums import Newer
from app.store.schema import CONVERSATION_USAGE

MICROSECOND = timedelta(microseconds=1)
SPANS = ("audio", "session")
COUNTED = (
    "input_tokens",
    "cached_tokens",
    "input_audio_tokens",
    "cached_audio_tokens",
    "output_tokens",
    "output_audio_tokens",
    "characters",
    *SPANS,
    "requests",
)
ORDER = {kind.value: place for place, kind in enumerate(ModelKind)}


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """What one model was used for.

    Cached and audio tokens are parts of the input tokens, `cached_audio_tokens` a part of both.
    """

    kind: ModelKind | Newer
    provider: str
    model: str
    input_tokens: int = 0
    cached_tokens: int = 0
    input_audio_tokens: int = 0
    cached_audio_tokens: int = 0
    output_tokens: int = 0
    output_audio_tokens: int = 0
    characters: int = 0
    audio: timedelta = timedelta()
    session: timedelta = timedelta()
    requests: int = 0


async def usage_of(
    connection: AsyncConnection, server: str, jobs: Sequence[str]
) -> dict[str, list[ModelUsage]]:
    """Return the usage of some conversations, each by kind and model.

    It is what the report of the session says, or until it comes, the sum of all batches.
    """
    if not jobs:
        return {}
    rows = CONVERSATION_USAGE.c
    keys = (rows.job, rows.kind, rows.provider, rows.model)
    sums = [func.sum(rows[name]).label(name) for name in COUNTED]
    reported = case((rows.origin == REPORT, 1), else_=0).label("reported")
    query = select(*keys, reported, *sums).where(rows.server == server, rows.job.in_(jobs))
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in await connection.execute(query.group_by(*keys, reported)):
        found[row.job].append(row)
    return {job: _of_one(own) for job, own in found.items()}


def _of_one(rows: list[Row[Any]]) -> list[ModelUsage]:
    if any(row.reported for row in rows):
        rows = [row for row in rows if row.reported]
    rows.sort(key=lambda row: (ORDER.get(row.kind, len(ORDER)), row.model, row.provider))
    return [used(row) for row in rows]


def used(row: Row[Any]) -> ModelUsage:
    """Return the usage of a row that has all columns of COUNTED."""
    counted: dict[str, Any] = {name: int(getattr(row, name)) for name in COUNTED}
    counted |= {name: counted[name] * MICROSECOND for name in SPANS}
    return ModelUsage(named(ModelKind, row.kind), row.provider, row.model, **counted)
