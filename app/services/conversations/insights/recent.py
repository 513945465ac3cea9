"""Insights of pages that refresh: counted again if agents uploaded something, or it was deleted.

A page asks every few seconds, and agents upload as often. So counting the same again takes a
twentieth of the time at most, however many pages ask. What changes without an upload, such as an
end that is inferred, is seen within a minute, or later if counting takes over three seconds.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from app.services.conversations.insights.reading import Insights
from app.store.schema import CONVERSATIONS, DELETED_CONVERSATIONS
from app.store.store import Store

SHARE = 20  # times as long as counting took, before it is done again
LONGEST = 60.0  # seconds that an answer is given again if nothing was uploaded
MOST = 64  # questions whose answer is remembered

Mark = tuple[datetime | None, datetime | None]
Count = Callable[[], Awaitable[Insights]]


@dataclass(slots=True)
class _Answer:
    """What was counted last: from which state of the store, when, and how long it took."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    found: Insights | None = None
    mark: Mark = (None, None)
    at: float = 0.0
    took: float = 0.0

    def holds(self, mark: Mark, now: float) -> bool:
        """Return whether it is recent enough to be given again."""
        age, share = now - self.at, self.took * SHARE
        return age < (max(LONGEST, share) if mark == self.mark else share)


class Recent:
    """The insights that were counted last; one for the process."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Hashable, _Answer] = OrderedDict()

    async def insights(
        self, store: Store, question: Hashable, count: Count, *, again: bool
    ) -> Insights:
        """Return the answer to a question, by `count` unless it was counted lately.

        Only a page that asks `again` gets what was counted before. Raises StoreError, and what
        `count` raises.
        """
        answer = self._answer(question)
        if not again:
            return await _counted(store, answer, count)
        async with answer.lock:
            if answer.found and answer.holds(await _mark(store), time.monotonic()):
                return answer.found
            return await _counted(store, answer, count)

    def _answer(self, question: Hashable) -> _Answer:
        answer = self._answers.setdefault(question, _Answer())
        self._answers.move_to_end(question)
        while len(self._answers) > MOST:
            self._answers.popitem(last=False)
        return answer


async def _counted(store: Store, answer: _Answer, count: Count) -> Insights:
    mark, began = await _mark(store), time.monotonic()
    answer.found = found = await count()
    answer.mark, answer.at = mark, time.monotonic()
    answer.took = answer.at - began
    return found


async def _mark(store: Store) -> Mark:
    """Return when the last upload came, and the last deletion: one step of an index for each."""
    heard = select(func.max(CONVERSATIONS.c.heard_at)).scalar_subquery()
    deleted = select(func.max(DELETED_CONVERSATIONS.c.deleted_at)).scalar_subquery()
    async with store.read() as connection:
        row = (await connection.execute(select(heard, deleted))).one()
    return row[0], row[1]
