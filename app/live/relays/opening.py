"""Opens the relay that the settings ask for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.config.settings import Settings
from app.live.hub import Hub
from app.live.relays.relay import Link, Relay

BESIDE = "-live"  # ends the name of the folder beside SQLite's file


@asynccontextmanager
async def open_relay(
    settings: Settings, hub: Hub, folder: Path | None
) -> AsyncIterator[Relay | None]:
    """Keep the relay running; None if no other process can belong to this one.

    `folder` is one that the workers of an instance have in common.
    """
    link = _link(settings, folder)
    if link is None:
        yield None
        return
    relay = Relay(link, hub)
    running = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        while not running.done():  # a client that closes a broken connection may miss it once
            running.cancel()
            await asyncio.wait({running}, timeout=1)


def _link(settings: Settings, folder: Path | None) -> Link | None:
    if settings.redis_url:
        from app.live.relays.by_redis import ByRedis  # 9 MB that most installations don't need

        return ByRedis(settings)
    if settings.stored_in:
        from app.store.addresses import engine_url  # with the store, 30 MB

        url = engine_url(settings.stored_in)
        if url.get_backend_name() == "postgresql":
            from app.live.relays.by_postgres import ByPostgres

            return ByPostgres(url)
        if url.database:
            folder = Path(f"{url.database}{BESIDE}")
    if folder is None:
        return None
    from app.live.relays.by_sockets import BySockets

    return BySockets(folder)
