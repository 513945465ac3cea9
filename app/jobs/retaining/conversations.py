"""Steps of the job of the day: conversations and recordings that are too old, and their files."""

from datetime import datetime, timedelta

import structlog
from dbos import DBOS

from app.errors import DashboardError
from app.jobs.context import current
from app.services.conversations.deleting import deleting, leftovers, retention, unwanted
from app.services.webhooks.signing_keys import DEFAULT_SERVER

log = structlog.get_logger("jobs")


async def retain_conversations(at: str) -> dict[str, dict[str, int]]:
    """Delete what each setting says, and return how much of each kind."""
    removed: dict[str, dict[str, int]] = {}
    for kind in retention.KINDS:
        number = 0
        while some := await _delete_some(kind, at):
            number += some
        removed[kind] = {kind: number} if number else {}
    while await _clear():
        pass
    for part in range(leftovers.PARTS):
        number = await _delete_leftovers(part)
        if number < 0:
            break  # the storage is away; there is another day
    await _forget_deletions()
    return removed


@DBOS.step(name="retain.conversations", retries_allowed=True, interval_seconds=60)
async def _delete_some(kind: str, at: str) -> int:
    """Delete the rows of a batch, and note its files. What ran before it is done already."""
    context = current()
    before = datetime.fromisoformat(at) - timedelta(days=days_of(kind))
    return await retention.KINDS[kind](context.store, context.hub, before)


@DBOS.step(name="retain.files", retries_allowed=True, interval_seconds=60)
async def _clear() -> int:
    """Delete some files; return 0 once none is due. Those that can't be are tried again later."""
    cleared = await unwanted.clear(current().store, current().storage)
    return 0 if cleared.error else cleared.done


@DBOS.step(name="retain.leftovers")
async def _delete_leftovers(part: int) -> int:
    """Delete files of uploads that were never acknowledged; return -1 if it failed."""
    try:
        number = await leftovers.delete_leftovers(
            current().store, current().storage, DEFAULT_SERVER, part
        )
    except DashboardError as error:
        log.warning("leftover files not deleted", reason=error.reason)
        return -1
    if number:
        log.info("leftover files deleted", files=number)
    return number


@DBOS.step(name="retain.deletions", retries_allowed=True, interval_seconds=60)
async def _forget_deletions() -> None:
    await deleting.forget_old_deletions(current().store)


def days_of(kind: str) -> int:
    """Return how many days something is kept."""
    days: int = getattr(current().settings, f"retention_{kind}")
    return days
