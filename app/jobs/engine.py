"""The engine of background work: DBOS, with its tables in the store's database.

A process that was killed leaves jobs behind: every process writes a heartbeat, and takes over the
jobs of those whose heartbeat stopped.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from dbos import DBOS, DBOSConfig, ScheduleInput, error
from sqlalchemy import URL
from sqlalchemy.exc import SQLAlchemyError

from app.jobs import (
    check_recordings,
    conversations,
    count_usage,
    draw_waveforms,
    reconcile,
)
from app.jobs.context import Context, use
from app.jobs.retaining import retain
from app.jobs.sweep import adopt, register, sweep, take_over
from app.live.topics import EVERYTHING
from app.services import executors
from app.services.jobs.engine_tables import NAME, SCHEMA, system_url
from app.services.jobs.queue import JOBS
from app.store.errors import StoreError

ScheduledWorkflow = Callable[[datetime, Any], Coroutine[Any, Any, None]]
# Of the jobs, not of the program: jobs that wait outlive an upgrade. Change it with their arguments
# or steps, and with new ones, which processes of the version before must not get. Their scheduled
# jobs are then left to them; what people started continues in the new version (sweep.py).
VERSION = "3"
THREADS = 16
PATIENCE = 10.0  # seconds in which running steps may end
AGAIN = 15.0  # seconds until the next try to start
REST = 1.0  # seconds, at least, between two looks for new jobs
PRUNE_EVERY = 3600.0  # seconds
KEPT = timedelta(hours=6)  # finished jobs
TOGETHER = 500
SCHEDULES: tuple[tuple[ScheduledWorkflow, str], ...] = (
    (reconcile.reconcile, reconcile.SCHEDULE),
    (conversations.tend_conversations, conversations.SCHEDULE),
    (draw_waveforms.draw_waveforms, draw_waveforms.SCHEDULE),
    (check_recordings.check_recordings, check_recordings.SCHEDULE),
    (count_usage.count_usage, count_usage.SCHEDULE),
    (retain.retain, retain.SCHEDULE),
)

log = structlog.get_logger("jobs")


@asynccontextmanager
async def running(context: Context) -> AsyncIterator[None]:
    """Run jobs until the end of the block, as soon as the database responds."""
    engine = Engine(context)
    task = asyncio.create_task(engine.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await engine.stop()


class Engine:
    """DBOS in this process, of which there can be one; its executor ID is new at each start."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self.executor = context.executor
        self._launched = False

    async def run(self) -> None:
        """Start when the database responds, then beat, take over and prune, until cancelled."""
        started = False
        while not started:
            started = self._store.ready and await self._start()
            await asyncio.sleep(0 if started else AGAIN if self._store.ready else 1.0)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look_after())
            group.create_task(self._follow())

    async def _look_after(self) -> None:
        pruned = 0.0
        loop = asyncio.get_running_loop()
        while True:
            with self._logged():
                await executors.beat(self._store, self.executor)
                await self._take_over()
                await sweep(self._context)
                if loop.time() - pruned > PRUNE_EVERY:
                    await _prune()
                    pruned = loop.time()
            await asyncio.sleep(executors.EVERY)

    async def _follow(self) -> None:
        """Let new jobs begin as soon as they are published."""
        with self._context.hub.subscribed() as subscription:
            while True:
                if {JOBS, EVERYTHING} & await subscription.take():
                    with self._logged():
                        await sweep(self._context)
                await asyncio.sleep(REST)

    @contextmanager
    def _logged(self) -> Iterator[None]:
        """Log what fails for the databases; the next time makes up for it."""
        try:
            yield
        except (StoreError, SQLAlchemyError, error.DBOSException) as failure:
            log.warning("jobs not looked after", error=type(failure).__name__)

    async def _start(self) -> bool:
        use(self._context)
        logger = logging.getLogger("dbos")
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())  # or it would write to the terminal itself
        try:
            await executors.beat(self._store, self.executor)
            DBOS(config=configuration(self._store.url, self.executor))
            DBOS.launch()
            await register()
            await DBOS.apply_schedules_async([_schedule(*each) for each in SCHEDULES])
        except (StoreError, SQLAlchemyError, error.DBOSException, OSError) as failure:
            log.error("jobs not started", error=type(failure).__name__)
            await self._destroy()
            return False
        await self._prepare()
        self._launched = True
        log.info("jobs started", executor=self.executor)
        return True

    async def _prepare(self) -> None:
        with suppress(StoreError):  # the log has it already, and the job of the day makes up for it
            await retain.prepare_months()

    async def _take_over(self) -> None:
        """Resume the jobs of processes that are gone, if this one is the first of the living.

        If two did it, the second one would interrupt what the first one has resumed.
        """
        living = await executors.living(self._store)
        if self.executor != min(living, default=""):
            return
        pending = await DBOS.list_workflows_async(
            status="PENDING", app_version=VERSION, load_input=False, load_output=False
        )
        for job in pending:
            if job.executor_id not in living:
                await take_over(self._context, job)
        await adopt(self._context, VERSION, living)

    async def stop(self) -> None:
        """Let running steps end, and close the engine's connections."""
        if not self._launched:
            return
        await self._context.stopping.stop(PATIENCE)
        await self._destroy()
        with suppress(StoreError):
            await executors.ended(self._store, self.executor)

    async def _destroy(self) -> None:
        # not the loop's own threads: DBOS has put its own in their place, and ends them
        with ThreadPoolExecutor(1) as thread:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(thread, DBOS.destroy)
            loop.set_default_executor(ThreadPoolExecutor())
        use(None)


def _schedule(job: ScheduledWorkflow, schedule: str) -> ScheduleInput:
    name = job.__name__
    return {"schedule_name": name, "workflow_fn": job, "schedule": schedule, "context": None}


async def _prune() -> None:
    """Remove finished jobs, which DBOS keeps."""
    before = (datetime.now(UTC) - KEPT).isoformat()
    while True:
        finished = await DBOS.list_workflows_async(
            status=["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
            end_time=before,
            limit=TOGETHER,
            load_input=False,
            load_output=False,
        )
        if not finished:
            return
        await DBOS.delete_workflows_async([job.workflow_id for job in finished])


def configuration(url: URL, executor: str) -> DBOSConfig:
    """Return DBOS's configuration for the store of a URL."""
    return {
        "name": NAME,
        "system_database_url": system_url(url).render_as_string(hide_password=False),
        "dbos_system_schema": SCHEMA,
        "sys_db_pool_size": 3,
        "executor_id": executor,
        "application_version": VERSION,
        "log_level": "ERROR",
        "enable_otlp": False,
        "max_executor_threads": THREADS,
        "notification_listener_polling_interval_sec": 5.0,
    }
