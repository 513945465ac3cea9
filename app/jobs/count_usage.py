"""The job that counts usage and conversations, every five minutes."""

from datetime import UTC, datetime
from typing import Any

import structlog
from dbos import DBOS

from app.errors import DashboardError
from app.jobs.context import current
from app.services.conversations.insights import rolling as insights
from app.services.usage.rolling import roll
from app.services.webhooks.signing_keys import DEFAULT_SERVER

SCHEDULE = "0 */5 * * * *"

log = structlog.get_logger("jobs")


@DBOS.workflow(name="count_usage")
async def count_usage(_at: datetime, _context: Any) -> None:
    """Count the hours that are due."""
    await _count()


@DBOS.step(name="count_usage.hours")
async def _count() -> None:
    """Count; the next time makes up for one that failed."""
    try:
        await roll(current().store, DEFAULT_SERVER, datetime.now(UTC))
    except DashboardError as error:
        log.warning("usage not counted", reason=error.reason)
    try:
        await insights.roll(current().store, DEFAULT_SERVER, datetime.now(UTC))
    except DashboardError as error:
        log.warning("conversations not counted", reason=error.reason)
