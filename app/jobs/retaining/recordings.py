"""A step of the job of the day: files of egress recordings that are too old."""

from datetime import datetime, timedelta

from dbos import DBOS

from app.jobs.context import current
from app.services.recordings.retention import delete_old

KIND = "egress_recordings"


async def retain_recordings(at: str) -> int:
    """Delete what RETENTION_EGRESS_RECORDINGS says, and return how many files that were."""
    number, before = 0, ""
    while True:
        deleted, continues = await _delete_some(at, before)
        number += deleted
        if not continues:
            return number
        before = continues


@DBOS.step(name="retain.egress_recordings", retries_allowed=True, interval_seconds=60)
async def _delete_some(at: str, before: str) -> tuple[int, str]:
    """Delete some files; return how many, and where the next step continues, if anywhere."""
    context = current()
    days = context.settings.retention_egress_recordings
    if not days:
        return 0, ""
    until = datetime.fromisoformat(at) - timedelta(days=days)
    done = await delete_old(context.store, context.places, context.hub, until, before)
    return done.number, done.before or ""
