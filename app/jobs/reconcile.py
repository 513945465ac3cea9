"""The job that compares history with LiveKit, every 30 seconds."""

from datetime import datetime
from typing import Any

import structlog
from dbos import DBOS

from app.errors import DashboardError
from app.jobs.context import current

SCHEDULE = "*/30 * * * * *"

log = structlog.get_logger("jobs")


@DBOS.workflow(name="reconcile")
async def reconcile(_at: datetime, _context: Any) -> None:
    """Run one round."""
    await _round()


@DBOS.step(name="reconcile.round")
async def _round() -> None:
    """Run one round; the next one makes up for one that failed."""
    try:
        await current().reconciler.round()
    except DashboardError as error:
        log.warning("not reconciled", reason=error.reason)
