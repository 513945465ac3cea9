"""Some items of a job: a few at the same time, each result written as soon as it is known."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial

from app.errors import Invalid, LiveKitError, NotFound
from app.jobs.acts import KINDS, Kind
from app.jobs.context import Context
from app.jobs.patience import patiently
from app.services.jobs import working
from app.services.jobs.jobs import Item, Job
from app.services.jobs.kinds import JobKind
from app.services.jobs.queue import topics_of
from app.services.jobs.states import ItemStatus
from app.services.jobs.working import Result
from app.services.livekit.errors import came_to

SIZE = 100  # items
AT_ONCE = 10  # items: those that a killed process may do twice
EVERY = 0.5  # seconds between two counts, which open pages then show
GONE = "was gone already"
UNKNOWN_KIND = "This version of the dashboard doesn't know this kind of job."

Step = asyncio.Task[Result | None]


class Batch:
    """One step of a job.

    After a failure of LiveKit, no other item begins, and those that met it stay without a result
    for the next batch. A retry in which others succeed shows that it was theirs alone. In the
    last try, they have failed.
    """

    def __init__(self, context: Context, job: Job, *, is_retry: bool, is_last: bool) -> None:
        self._context = context
        self._job = job
        self._is_retry = is_retry
        self._is_last = is_last
        self._succeeded = False
        self._goes_on = True
        self._outages: dict[int, LiveKitError] = {}  # by the item's number
        self._counted = 0.0

    async def run(self) -> tuple[bool, str]:
        """Return whether items are left to try, and how LiveKit failed, or ""."""
        job, store = self._job, self._context.store
        if not isinstance(job.kind, JobKind):
            return False, UNKNOWN_KIND
        self._goes_on = await patiently(lambda: working.goes_on(store, job.id), job.id)
        items = await patiently(lambda: working.next_items(store, job.id, SIZE), job.id)
        if not items or not self._goes_on:
            return False, ""
        unlisted = await self._work(KINDS[job.kind], items)
        outage = await self._settle() or unlisted
        self._context.stopping.check()
        return self._goes_on, outage

    async def _work(self, kind: Kind, items: Sequence[Item]) -> str:
        """Act on items; return why LiveKit couldn't list them, or "".

        If names can come to mean something else, only as many are checked as begin right then.
        """
        size = AT_ONCE if kind.present else SIZE
        for first in range(0, len(items), size):
            if not self._may_begin:
                break
            try:
                left = await self._present(kind, items[first : first + size])
            except LiveKitError as error:
                # in a retry in which others succeeded, the next batch is the first to meet it
                return "" if self._is_retry and self._succeeded else _sentence(error)
            await self._act(kind, iter(left))
        return ""

    async def _present(self, kind: Kind, items: Sequence[Item]) -> Sequence[Item]:
        """Return the items that still exist, and write that the others are gone."""
        if kind.present is None:
            return items
        keys: set[str] = set()
        with self._context.livekit.scope(), suppress(NotFound):
            keys = await kind.present(self._context.livekit, self._job, items)
        gone = [Result(i.number, ItemStatus.DONE, GONE) for i in items if i.key not in keys]
        if gone:
            await self._write(gone)
        return [item for item in items if item.key in keys]

    async def _act(self, kind: Kind, items: Iterator[Item]) -> None:
        """Act on items until one of them meets a failure of LiveKit, or the job must stop."""
        running: set[Step] = set()
        try:
            while self._begin(kind, items, running):
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                results = [result for step in done if (result := step.result())]
                self._succeeded |= any(r.status is ItemStatus.DONE for r in results)
                if results:
                    await self._write(results)
        finally:
            for step in running:
                step.cancel()

    def _begin(self, kind: Kind, items: Iterator[Item], running: set[Step]) -> bool:
        """Let as many items begin as may; return whether any is in progress."""
        while self._may_begin and len(running) < AT_ONCE:
            item = next(items, None)
            if item is None:
                break
            running.add(asyncio.create_task(self._one(kind, item)))
        return bool(running)

    @property
    def _may_begin(self) -> bool:
        fine = not self._outages or (self._is_retry and self._succeeded)
        return fine and self._goes_on and not self._context.stopping.begun

    async def _one(self, kind: Kind, item: Item) -> Result | None:
        """Act on an item; None if LiveKit failed."""
        livekit = self._context.livekit
        try:
            with livekit.scope():
                return Result(
                    item.number, ItemStatus.DONE, await kind.act(livekit, self._job, item)
                )
        except NotFound:
            return Result(item.number, ItemStatus.DONE, GONE)
        except (LiveKitError, Invalid) as error:
            if isinstance(error, kind.outage) and error.status >= 500:
                self._outages[item.number] = error
                return None
            return Result(item.number, ItemStatus.FAILED, came_to(error))

    async def _settle(self) -> str:
        """Count; decide what failures of LiveKit mean, and return them, or ""."""
        is_back = self._is_retry and self._succeeded
        failed = [
            Result(number, ItemStatus.FAILED, came_to(error))
            for number, error in self._outages.items()
            if is_back or self._is_last
        ]
        await self._write(failed, counted=True)
        return "" if is_back or not self._outages else _sentence(*self._outages.values())

    async def _write(self, results: Sequence[Result], *, counted: bool = False) -> None:
        job_id, now = self._job.id, asyncio.get_running_loop().time()
        counted = counted or now - self._counted >= EVERY
        write = partial(
            working.write_results, self._context.store, job_id, results, counted=counted
        )
        self._goes_on = await patiently(write, job_id)
        if counted:
            self._counted = now
            self._context.hub.publish(topics_of(job_id))


def _sentence(error: LiveKitError, *_others: LiveKitError) -> str:
    """Return why LiveKit failed first."""
    return error.reason if error.reason.endswith(".") else f"{error.reason}."
