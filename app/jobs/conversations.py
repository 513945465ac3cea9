"""The job that closes conversations and deletes files nobody needs, every 30 seconds."""

from datetime import datetime
from typing import Any

import structlog
from dbos import DBOS

from app.errors import DashboardError
from app.jobs.context import current
from app.services.conversations.deleting.unwanted import clear

SCHEDULE = "15,45 * * * * *"  # between the rounds that compare history with LiveKit

log = structlog.get_logger("jobs")


@DBOS.workflow(name="tend_conversations")
async def tend_conversations(_at: datetime, _context: Any) -> None:
    """Run one round."""
    await _close()
    await _clear()


@DBOS.step(name="tend_conversations.close")
async def _close() -> None:
    """Close what has ended; the next round makes up for one that failed."""
    try:
        await current().closer.round()
    except DashboardError as error:
        log.warning("conversations not closed", reason=error.reason)


@DBOS.step(name="tend_conversations.clear")
async def _clear() -> None:
    """Delete some files; the next round makes up for one that failed."""
    try:
        await clear(current().store, current().storage)
    except DashboardError as error:
        log.warning("files not deleted", reason=error.reason)
