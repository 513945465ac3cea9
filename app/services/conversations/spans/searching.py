"""Which spans of a trace somebody looks for: by their name, failed ones, slow ones, and stalls."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.conversations.spans.kinds import STALL, WAITING
from app.services.conversations.spans.skeleton import SPANS, WALKED, Condition, of_job

SLOW = 1_000_000  # microseconds


class Only(StrEnum):
    """Which spans somebody wants to see only."""

    FAILED = "failed"
    SLOW = "slow"
    STALLS = "stalls"


@dataclass(frozen=True, slots=True)
class Counted:
    """How many spans of a trace there are of a kind that somebody looks for."""

    failed: int
    slow: int
    stalls: int


async def counted(connection: AsyncConnection, job: str) -> Counted:
    """Return how many of the spans failed, are slow, or are stalls: of so many as a page reads."""
    some = select(SPANS.failed, SPANS.duration, SPANS.name).where(*of_job(job))
    found = some.limit(WALKED).subquery().c
    numbers = [
        func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
        for condition in (found.failed, _is_slow(found), found.name == STALL)
    ]
    return Counted(*(await connection.execute(select(*numbers))).one())


def only(which: Only) -> list[Condition]:
    """Return the conditions of the spans that somebody wants to see only."""
    match which:
        case Only.FAILED:
            return [SPANS.failed]
        case Only.SLOW:
            return [_is_slow(SPANS)]
        case Only.STALLS:
            return [SPANS.name == STALL]


def named(text: str) -> Condition:
    """Return the condition of spans whose name or label has a text, in upper or lower case."""
    return or_(
        SPANS.name.icontains(text, autoescape=True), SPANS.label.icontains(text, autoescape=True)
    )


def _is_slow(columns: Any) -> Condition:
    return and_(columns.duration >= SLOW, columns.name.not_in(sorted(WAITING)))
