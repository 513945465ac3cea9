"""The forwarder of this process: sends what waits, until the backend has it or time is up.

It is a loop and not a job of the engine: the batches' rows are the queue already, and a job for
each would write several more.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random

import structlog

from app.services.conversations.forwarding.backend import Answer, Backend
from app.services.conversations.forwarding.queue import (
    Fate,
    Settled,
    Taken,
    release,
    settle,
    take,
)
from app.storage.errors import NotStored, StorageError
from app.storage.storage import Storage
from app.store.errors import StoreError
from app.store.store import Store

TOGETHER = 20  # batches that are taken together
PARALLEL = 4  # requests
IDLE = 2.0  # seconds until it looks again
FIRST_PAUSE = 5.0  # seconds after a failure; twice as long with each one that follows
LONGEST_PAUSE = 60.0  # of all
LONGEST_WAIT = 900.0  # of one batch
GIVEN_UP = timedelta(days=3)  # after its arrival
GONE = "Its file is no longer in the storage."

log = structlog.get_logger("forwarding")


class Forwarder:
    """One loop; several processes share the queue."""

    def __init__(self, store: Store, storage: Storage, backend: Backend) -> None:
        self._store, self._storage, self._backend = store, storage, backend
        self._failures = 0  # in a row
        self._random = Random()  # noqa: S311 (spreads tries)

    async def run(self) -> None:
        """Forward what waits, until cancelled. All failures are tried again."""
        while True:
            try:
                pause = await self.round()
            except StoreError:  # the log has it already
                pause = IDLE
            await asyncio.sleep(pause)

    async def round(self) -> float:
        """Forward some batches; return the seconds until the next round. Raises StoreError."""
        taken = await take(self._store, TOGETHER)
        for start in range(0, len(taken), PARALLEL):
            some, rest = taken[start : start + PARALLEL], taken[start + PARALLEL :]
            try:
                answers = await asyncio.gather(*map(self._send, some))
            except asyncio.CancelledError:
                with suppress(
                    StoreError
                ):  # which would hide that it was cancelled; they come again
                    await asyncio.shield(release(self._store, [*some, *rest]))
                raise
            pairs = zip(some, answers, strict=True)
            await settle(self._store, [self._settled(*pair) for pair in pairs])
            if any(each.fate is Fate.SENT for each in answers):
                self._failures = 0
            if later := [each for each in answers if each.fate is Fate.LATER]:
                self._failures += 1
                await release(self._store, rest)
                return self._pause([each.wait for each in later])
        return 0.0 if taken else IDLE

    def _pause(self, waits: Sequence[float | None]) -> float:
        own = min(FIRST_PAUSE * 2 ** min(self._failures - 1, 10), LONGEST_PAUSE)
        return max([self._spread(own), *filter(None, waits)])

    def _spread(self, seconds: float) -> float:
        return seconds * self._random.uniform(0.75, 1.25)

    async def _send(self, taken: Taken) -> Answer:
        try:
            content = await self._storage.get(taken.path)
        except NotStored:
            return Answer(Fate.NEVER, GONE)
        except StorageError as error:
            return Answer(Fate.LATER, error.reason)
        return await self._backend.send(taken.kind, content)

    def _settled(self, taken: Taken, answer: Answer) -> Settled:
        now, fate = datetime.now(UTC), answer.fate
        if fate is Fate.LATER and taken.received_at < now - GIVEN_UP:
            fate = Fate.NEVER
        if fate is Fate.NEVER:
            log.error("batch not forwarded", job=taken.job, kind=taken.kind, reason=answer.error)
        elif fate is Fate.LATER:
            log.warning("batch waits", kind=taken.kind, tries=taken.tries, reason=answer.error)
        wait = self._spread(min(FIRST_PAUSE * 2 ** min(taken.tries - 1, 10), LONGEST_WAIT))
        again_at = now + timedelta(seconds=max(wait, answer.wait or 0.0))
        return Settled(taken, fate, answer.error, again_at)
