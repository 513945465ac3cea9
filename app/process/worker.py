"""`livekit-dashboard worker`: runs jobs in a process of their own, for dashboards with JOBS=off."""

import asyncio
import signal
from contextlib import AsyncExitStack

import structlog

from app.config.settings import Settings
from app.config.sources import SettingsError
from app.jobs.context import Context
from app.jobs.engine import running
from app.live.hub import Hub
from app.live.relays.opening import open_relay
from app.monitoring.logs import configure_logging
from app.process.commands import NO_STORE
from app.process.memory import keep_freed, keep_garbage_small
from app.process.serving import check_schema
from app.services.livekit.cache.opening import open_answers
from app.services.livekit.client import LiveKit
from app.services.recordings.places import open_places
from app.storage.opening import open_storage
from app.store.opening import open_store
from app.store.store import driver_ended

log = structlog.get_logger("worker")


def work(settings: Settings) -> int:
    """Run jobs until SIGTERM or SIGINT, and return 0; running steps then have 10 s to end.

    Raises SettingsError without DATABASE_URL, or for a database of a newer version.
    """
    if not settings.stored_in:
        raise SettingsError([NO_STORE])
    configure_logging(settings)
    check_schema(settings)
    keep_freed()
    asyncio.run(_until_stopped(settings))
    return 0


async def _until_stopped(settings: Settings) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    hub = Hub()
    async with AsyncExitStack() as opened:
        store = await opened.enter_async_context(open_store(settings.stored_in))
        storage = await opened.enter_async_context(open_storage(settings.files_in))
        declared = open_places(settings.egress_presets, settings.recordings_root)
        places = await opened.enter_async_context(declared)
        answers = await opened.enter_async_context(open_answers(settings))
        livekit = await opened.enter_async_context(LiveKit(settings, answers))
        await opened.enter_async_context(open_relay(settings, hub, None))
        context = Context.of(settings, store, storage, places, hub, livekit)
        await opened.enter_async_context(running(context))
        keep_garbage_small()
        log.info("worker started", store=store.name)
        await stopped.wait()
    await driver_ended()
    log.info("worker ended")
