"""The schedules of the engine, as its own tables have them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from croniter import croniter  # type: ignore[import-untyped]
from dbos import DBOSClient, WorkflowSchedule
from sqlalchemy import URL, create_engine, inspect

from app.services.jobs.engine_tables import NAME, SCHEMA, system_url
from app.store.failures import translated

TABLE = "workflow_schedules"  # DBOS makes it with the others


@dataclass(frozen=True, slots=True)
class Schedule:
    """What runs at certain times; `cron` has seconds first, in UTC.

    `last_status` is DBOS's word for how the last run ended, or "" once it was removed.
    """

    name: str
    cron: str
    next: datetime | None
    last_at: datetime | None
    last_status: str
    paused: bool


class Schedules:
    """A connection to the engine's tables, which another process may have made."""

    def __init__(self, url: URL) -> None:
        self._url = system_url(url)
        self._engine = create_engine(self._url, pool_size=2, max_overflow=0, pool_timeout=5)
        self._client = DBOSClient(
            system_database_engine=self._engine,
            dbos_system_schema=SCHEMA,
            application_name=NAME,
            lazy=True,
            retry_connection_errors=False,
        )

    async def every(self) -> Sequence[Schedule]:
        """Return all schedules, by name; nothing before the engine's first start.

        Raises StoreError.
        """
        with translated():
            return await asyncio.to_thread(self._read)

    def _read(self) -> list[Schedule]:
        if not self._exist():
            return []
        found = [self._schedule(each) for each in self._client.list_schedules()]
        return sorted(found, key=lambda schedule: schedule.name)

    def _exist(self) -> bool:
        is_file = self._url.get_backend_name() == "sqlite"
        if is_file and not Path(self._url.database or "").exists():
            return False  # connecting would make the file
        return inspect(self._engine).has_table(TABLE, schema=None if is_file else SCHEMA)

    def _schedule(self, row: WorkflowSchedule) -> Schedule:
        name, cron, last = row["schedule_name"], row["schedule"], row["last_fired_at"]
        runs = self._client.list_workflows(
            schedule_name=name, limit=1, sort_desc=True, load_input=False, load_output=False
        )
        paused = row["status"] != "ACTIVE"
        return Schedule(
            name=name,
            cron=cron,
            next=None if paused else following(cron, datetime.now(UTC)),
            last_at=datetime.fromisoformat(last) if last else None,
            last_status=runs[0].status if runs else "",
            paused=paused,
        )

    async def close(self) -> None:
        """Close the connections."""
        await asyncio.to_thread(self._client.destroy)
        await asyncio.to_thread(self._engine.dispose)


def following(cron: str, at: datetime) -> datetime:
    """Return the first moment of a schedule after another one."""
    moment: datetime = croniter(cron, at, second_at_beginning=True).get_next(datetime)
    return moment
