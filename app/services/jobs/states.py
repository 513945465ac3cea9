"""The statuses of jobs and of their items, and how columns are read."""

from enum import StrEnum
from typing import TypeVar

from app.services.livekit.enums import Newer

Member = TypeVar("Member", bound=StrEnum)


class JobStatus(StrEnum):
    """The status of a job."""

    WAITING = "waiting"  # until a process has a place for it
    RUNNING = "running"
    DONE = "done"  # with all items
    FAILED = "failed"  # with some of them, or it ended before all were tried
    CANCELED = "canceled"


class ItemStatus(StrEnum):
    """The status of one item of a job."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"  # not tried: the job was canceled, or ended early


class LogLevel(StrEnum):
    """How serious a line in a job's log is."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


UNENDED = (JobStatus.WAITING, JobStatus.RUNNING)


def stored(kind: type[Member], value: str) -> Member | Newer:
    """Return the member that a column names; one of a newer version stays visible as Newer."""
    return kind(value) if value in set(kind) else Newer(value)
