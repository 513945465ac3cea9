"""What leads from pages to the engine: who runs jobs, what changed, and the schedules."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.live.hub import Hub
from app.services import executors
from app.store.store import Store

if TYPE_CHECKING:
    from app.services.jobs.schedules import Schedule, Schedules

JOBS = "jobs"  # the topic of all jobs


def topics_of(job_id: str) -> set[str]:
    """Return the topics of a job: the list, and its page."""
    return {JOBS, f"job:{job_id}"}


class Queue:
    """The engine, as pages see it; it may run in this process (`embedded`) or in others.

    Nothing is handed over: the engine finds waiting jobs in the store, so none is lost. What is
    published lets it look immediately.
    """

    def __init__(self, store: Store, hub: Hub, *, embedded: bool) -> None:
        self.embedded = embedded
        self._store = store
        self._hub = hub
        self._schedules: Schedules | None = None
        self._opening = asyncio.Lock()

    def changed(self, job_id: str) -> None:
        """Publish that a job is new or has changed, to open pages and to the engine."""
        self._hub.publish(topics_of(job_id))

    async def works(self) -> bool:
        """Return whether a process runs jobs: this one, or another. Raises StoreError."""
        return self.embedded or await executors.any_alive(self._store)

    async def schedules(self) -> Sequence["Schedule"]:
        """Return the schedules, by name; nothing before the engine's first start.

        Raises StoreError.
        """
        async with self._opening:
            if self._schedules is None:
                from app.services.jobs.schedules import Schedules  # with DBOS, 14 MB

                self._schedules = Schedules(self._store.url)
        return await self._schedules.every()

    async def close(self) -> None:
        """Close connections to the engine's tables."""
        if self._schedules is not None:
            await self._schedules.close()
