"""Starts a job in a process whose engine may not have started yet."""

import asyncio
from typing import Any

from dbos import DBOS, error

TRIES = 60


async def start(job: Any, *arguments: Any) -> Any:
    """Start a job as soon as the engine runs, and return its handle."""
    for _ in range(TRIES):
        try:
            return await DBOS.start_workflow_async(job, *arguments)
        except error.DBOSException:
            await asyncio.sleep(0.5)
    raise TimeoutError("the engine did not start")
