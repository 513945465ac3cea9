"""Jobs in the background: what is known of each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from app.errors import NotFound
from app.services.audit.writing import storable
from app.services.jobs.kinds import JobKind
from app.services.jobs.states import UNENDED, ItemStatus, JobStatus, LogLevel, stored
from app.services.livekit.enums import Newer
from app.store.schema import BACKGROUND_JOBS
from app.store.store import Store


@dataclass(frozen=True, slots=True)
class Job:
    """A job that somebody started.

    `target` is what all items belong to, such as a room, or empty. `action` and `act` are those of
    the audit, which gets the outcome. `again_of` is the ID of the job whose rest this one does.
    """

    id: str
    server: str
    kind: JobKind | Newer
    status: JobStatus | Newer
    target: str
    inputs: Mapping[str, Any]
    action: str
    act: str
    actor: str
    role: str
    address: str
    request_id: str
    total: int
    done: int
    failed: int
    skipped: int
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    cancel_asked_at: datetime | None
    canceled_by: str
    error: str
    again_of: str

    @property
    def progress(self) -> int:
        """How many items have a result."""
        return self.done + self.failed + self.skipped

    @property
    def unended(self) -> bool:
        """True while the job waits or runs."""
        return self.status in UNENDED

    @property
    def canceling(self) -> bool:
        """True from when somebody cancels a running job until it ends."""
        return self.cancel_asked_at is not None and self.unended

    @property
    def cancelable(self) -> bool:
        """True if the job can be canceled."""
        return self.unended and self.cancel_asked_at is None

    @property
    def repeatable(self) -> bool:
        """True if another job can do what this one left: it ended, and not with all items."""
        return not self.unended and self.done < self.total and isinstance(self.kind, JobKind)


@dataclass(frozen=True, slots=True)
class Item:
    """One of the things that a job acts on; `detail` says why it failed or was skipped."""

    number: int
    key: str
    label: str
    status: ItemStatus | Newer
    detail: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a job's log."""

    number: int
    at: datetime
    level: LogLevel | Newer
    text: str


async def get(store: Store, job_id: str) -> Job:
    """Return a job. Raises NotFound, or StoreError."""
    query = select(BACKGROUND_JOBS).where(BACKGROUND_JOBS.c.id == storable(job_id))
    async with store.read() as connection:
        row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound("There is no such job: it may have been removed after 30 days.")
    return job_of(row)


def job_of(row: Row[Any]) -> Job:
    """Return the job of a row."""
    values = dict(row._mapping)
    values["kind"] = stored(JobKind, row.kind)
    values["status"] = stored(JobStatus, row.status)
    values["inputs"] = json.loads(row.inputs)
    return Job(**values)
