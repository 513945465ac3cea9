"""Starts a job in a process whose engine may not have started yet, and what jobs work with."""

import asyncio
from typing import Any

from dbos import DBOS, error

from app.config.settings import Settings
from app.jobs.context import Context
from app.live.hub import Hub
from app.services.livekit.client import LiveKit
from app.services.recordings.places import Places
from app.storage.storage import Storage
from app.store.store import Store

TRIES = 60


async def start(job: Any, *arguments: Any) -> Any:
    """Start a job as soon as the engine runs, and return its handle."""
    for _ in range(TRIES):
        try:
            return await DBOS.start_workflow_async(job, *arguments)
        except error.DBOSException:
            await asyncio.sleep(0.5)
    raise TimeoutError("the engine did not start")


def context(settings: Settings, store: Store, livekit: LiveKit) -> Context:
    """Return what jobs work with, with a storage that nobody closes."""
    places = Places(settings.egress_presets, settings.recordings_root)
    storage = Storage(settings.files_in)
    return Context.of(settings, store, storage, places, Hub(), livekit)
