"""A process that runs the engine until a job which deletes rooms has ended.

It writes each room to a file after its act, and can be killed, or end in order, after some of them.
"""

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from app.config.settings import load_settings
from app.jobs import acts, engine, work
from app.jobs.context import current
from app.services.jobs import jobs
from app.services.jobs.jobs import Item, Job
from app.services.jobs.kinds import JobKind
from app.services.livekit.client import LiveKit
from app.store.errors import StoreError
from app.store.migrating import migrate
from app.store.store import Store
from tests.jobs.starting import context

SECONDS = 60
GIVEN: dict[str, Any] = json.loads(sys.argv[1])  # the fields of test_work.Run
REAL = acts.KINDS[JobKind.DELETE_ROOMS]

stopped = asyncio.Event()
acted = 0


async def delete(livekit: LiveKit, job: Job, item: Item) -> str:
    """Delete a room, write it to the file, and end the process after so many."""
    global acted
    detail = await REAL.act(livekit, job, item)
    _write(item.key)
    acted += 1
    if acted == GIVEN["ends_after"]:
        if GIVEN["is_killed"]:
            os.kill(os.getpid(), signal.SIGKILL)
        stopped.set()
    if stopped.is_set():  # this is in progress when the process begins to stop
        with suppress(asyncio.CancelledError):
            await current().stopping.pause(SECONDS)
    return detail


def _write(key: str) -> None:
    with Path(GIVEN["log"]).open("a", encoding="utf-8") as file:
        file.write(f"{key}\n")


async def ended(store: Store) -> bool:
    """Return whether the job has ended."""
    try:
        return not (await jobs.get(store, GIVEN["job"])).unended
    except StoreError:
        return False


async def main() -> None:
    """Run the engine until the job has ended, or until it is time to stop."""
    cast(dict[JobKind, acts.Kind], acts.KINDS)[JobKind.DELETE_ROOMS] = acts.Kind(
        delete, REAL.present
    )
    engine.VERSION = GIVEN["version"] or engine.VERSION
    work.PAUSES = tuple(GIVEN["pauses"]) or work.PAUSES
    settings = load_settings(_env_file=None, admin_password="-", database_url=GIVEN["url"])
    store = Store(GIVEN["url"])
    await migrate(store)
    async with LiveKit(settings) as livekit, engine.running(context(settings, store, livekit)):
        for _ in range(SECONDS * 10):
            if stopped.is_set() or await ended(store):
                break
            await asyncio.sleep(0.1)
    await store.close()


asyncio.run(main())
