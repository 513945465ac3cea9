"""Work with the store that continues when the database is back."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from app.jobs.context import current
from app.store.errors import StoreError

LONGEST = 30.0  # seconds between two tries

Answer = TypeVar("Answer")
log = structlog.get_logger("jobs")


async def patiently(act: Callable[[], Awaitable[Answer]], job_id: str) -> Answer:
    """Do something with the store, again and again while it fails.

    Raises CancelledError when the process stops meanwhile.
    """
    seconds = 1.0
    while True:
        try:
            return await act()
        except StoreError as error:
            log.warning("job waits for the database", job=job_id, reason=error.reason)
        await current().stopping.pause(seconds)
        seconds = min(seconds * 2, LONGEST)
