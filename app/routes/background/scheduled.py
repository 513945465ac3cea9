"""The schedules of the dashboard, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.labels.jobs import RUNS, Scheduled, scheduled
from app.labels.label import Label
from app.services.jobs.queue import Queue
from app.store.errors import StoreError
from app.text.crons import often

if TYPE_CHECKING:
    from app.services.jobs.schedules import Schedule  # with DBOS, 14 MB


@dataclass(frozen=True, slots=True)
class Row:
    """A schedule as a page shows it; without an outcome, none is known."""

    schedule: "Schedule"
    words: Scheduled
    often: str
    outcome: Label | None


@dataclass(frozen=True, slots=True)
class Panel:
    """All schedules, or why they can't be read."""

    rows: Sequence[Row] = ()
    error: StoreError | None = None


async def panel(queue: Queue) -> Panel:
    """Return the schedules; the panel fails separately, as the engine's tables may."""
    try:
        schedules = await queue.schedules()
    except StoreError as error:
        return Panel(error=error)
    return Panel([_row(each) for each in schedules])


def _row(schedule: "Schedule") -> Row:
    status = schedule.last_status
    outcome = RUNS.get(status, Label(status, "", "")) if status else None
    return Row(schedule, scheduled(schedule.name), often(schedule.cron), outcome)
