"""A process that runs the engine until the job that removes old history has ended."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.config.settings import load_settings
from app.jobs.engine import running
from app.jobs.retaining.retain import retain
from app.services.livekit.client import LiveKit
from app.store.migrating import migrate
from app.store.store import Store
from tests.jobs.starting import context, start

KINDS = ("events", "sessions", "calls", "conversations", "recordings", "egress_recordings")
NOWHERE: dict[str, Any] = {
    "livekit_url": "ws://127.0.0.1:9",
    "livekit_api_key": "key",
    "livekit_api_secret": "a-secret-of-at-least-32-characters",
}


async def main(url: str, files: str) -> None:
    """Run the job once, with little time for each kind of history."""
    days = {f"retention_{kind}": 1 for kind in KINDS}
    root = Path(f"{urlsplit(files).path}-recorded")
    places: dict[str, Any] = {"database_url": url, "storage_url": files, "recordings_root": root}
    settings = load_settings(_env_file=None, admin_password="-", **places, **NOWHERE, **days)
    store = Store(url)
    await migrate(store)
    async with LiveKit(settings) as livekit, running(context(settings, store, livekit)):
        job = await start(retain, datetime.now(UTC), None)
        await job.get_result()
    await store.close()


asyncio.run(main(sys.argv[1], sys.argv[2]))
