"""The schedules of the engine, as its own tables have them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from croniter import croniter
from dbos import DBOSClient
from sqlalchemy import URL

from app.services.jobs.engine_tables import NAME, SCHEMA, system_url
from app.store.failures import translated


@dataclass(frozen=True, slots=True)
class Schedule:
    """What runs by itself; `cron` has seconds first, in UTC.

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
        self._client: DBOSClient | None = None

    async def every(self) -> Sequence[Schedule]:
        """Return all schedules, by name; nothing before the engine's first start.

        Raises StoreError.
        """
        with translated():
            return await asyncio.to_thread(self._read)

    def _read(self) -> list[Schedule]:
        if self._url.get_backend_name() == "sqlite" and not Path(self._url.database or "").exists():
            return []  # or connecting would make the file
        client = self._client = self._client or DBOSClient(
            system_database_url=self._url.render_as_string(hide_password=False),
            dbos_system_schema=SCHEMA,
            system_database_pool_size=1,
            application_name=NAME,
            lazy=True,
            retry_connection_errors=False,
        )
        found = []
        for each in client.list_schedules():
            name, cron = each["schedule_name"], each["schedule"]
            runs = client.list_workflows(
                schedule_name=name, limit=1, sort_desc=True, load_input=False, load_output=False
            )
            paused = each["status"] != "ACTIVE"
            last = each["last_fired_at"]
            found.append(
                Schedule(
                    name=name,
                    cron=cron,
                    next=None if paused else following(cron, datetime.now(UTC)),
                    last_at=datetime.fromisoformat(last) if last else None,
                    last_status=runs[0].status if runs else "",
                    paused=paused,
                )
            )
        return sorted(found, key=lambda schedule: schedule.name)

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await asyncio.to_thread(self._client.destroy)


def following(cron: str, at: datetime) -> datetime:
    """Return the first moment of a schedule after another one."""
    moment: datetime = croniter(cron, at, second_at_beginning=True).get_next(datetime)
    return moment
