"""The job that checks whether files of recordings are still there, every minute."""

import asyncio
from datetime import datetime
from typing import Any

import structlog
from dbos import DBOS

from app.errors import DashboardError
from app.jobs.context import current
from app.services.recordings.checking import check_due

SCHEDULE = "25 * * * * *"  # between the other rounds

log = structlog.get_logger("jobs")
_checking = asyncio.Lock()


@DBOS.workflow(name="check_recordings")
async def check_recordings(_at: datetime, _context: Any) -> None:
    """Run one round; a long one lets this process skip those after it."""
    if not _checking.locked():
        async with _checking:
            await _check()


@DBOS.step(name="check_recordings.check")
async def _check() -> None:
    """Check what is due; the next round makes up for one that failed."""
    context = current()
    try:
        await check_due(context.store, context.places, context.hub)
    except DashboardError as error:
        log.warning("recordings not checked", reason=error.reason)
