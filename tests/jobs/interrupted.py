"""A process that runs the engine with a job of several steps, which another may take over."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from dbos import DBOS

from app.config.settings import load_settings
from app.jobs.engine import running
from app.services.livekit.client import LiveKit
from app.store.migrating import migrate
from app.store.store import Store
from tests.jobs.starting import context, start

STEPS = 4
SECONDS = 50
KILLED_IN = 2  # the step in which the first process is killed
LIVEKIT: dict[str, Any] = {
    "livekit_url": "ws://127.0.0.1:9",
    "livekit_api_key": "key",
    "livekit_api_secret": "a-secret-of-at-least-32-characters",
}


def write(log: str, number: int) -> None:
    """Add a number to the file."""
    with Path(log).open("a", encoding="utf-8") as file:
        file.write(f"{number}\n")


def written(log: str) -> int:
    """Return how many numbers the file has."""
    return len(Path(log).read_text(encoding="utf-8").split())


@DBOS.workflow(name="count")
async def count(log: str) -> None:
    """Write the number of each step to a file."""
    for number in range(STEPS):
        await _step(log, number)


@DBOS.step(name="count.step")
async def _step(log: str, number: int) -> None:
    await asyncio.to_thread(write, log, number)
    if "first" in sys.argv and number == KILLED_IN:
        os.kill(os.getpid(), signal.SIGKILL)


async def main(url: str, log: str) -> None:
    """Start the engine, in the first process also the job, and wait until the job is done."""
    settings = load_settings(_env_file=None, admin_password="-", database_url=url, **LIVEKIT)
    store = Store(url)
    await migrate(store)
    async with LiveKit(settings) as livekit, running(context(settings, store, livekit)):
        if "first" in sys.argv:
            await start(count, log)
        for _ in range(SECONDS):
            await asyncio.sleep(1)
            if await asyncio.to_thread(written, log) > STEPS:  # one of them twice
                break
    await store.close()


asyncio.run(main(sys.argv[1], sys.argv[2]))
