"""The job that draws the waveforms of new recordings, every 20 seconds."""

import asyncio
from datetime import datetime
from typing import Any

import structlog
from dbos import DBOS

from app.errors import DashboardError
from app.jobs.context import current
from app.services.conversations.recordings.drawing import draw_missing

SCHEDULE = "10,30,50 * * * * *"  # between the other rounds

log = structlog.get_logger("jobs")
_drawing = asyncio.Lock()


@DBOS.workflow(name="draw_waveforms")
async def draw_waveforms(_at: datetime, _context: Any) -> None:
    """Run one round; a long one lets this process skip those after it."""
    if not _drawing.locked():
        async with _drawing:
            await _draw()


@DBOS.step(name="draw_waveforms.draw")
async def _draw() -> None:
    """Draw what is missing; the next round makes up for one that failed."""
    context = current()
    try:
        await draw_missing(context.store, context.storage, context.hub)
    except DashboardError as error:
        log.warning("waveforms not drawn", reason=error.reason)
