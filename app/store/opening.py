"""Opens the store: migrates it at start, or as soon as the database responds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from app.store.errors import NewerSchema, StoreError
from app.store.migrating import migrate
from app.store.store import Store, driver_ended

EVERY = 5.0  # seconds

log = structlog.get_logger("store")


@asynccontextmanager
async def open_store(database_url: str) -> AsyncIterator[Store]:
    """Open the store and bring its schema up to date; close it at the end.

    If the database fails now, the dashboard starts all the same and tries again until it responds.
    Raises NewerSchema, for which nothing but an upgrade or a backup helps.
    """
    store = Store(database_url)
    watching = None
    try:
        await _try_to_migrate(store)
        watching = asyncio.create_task(_watch(store))
        yield store
    finally:
        if watching is not None:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
        await store.close()


def prepare(database_url: str) -> None:
    """Bring the schema up to date if the database responds. Raises NewerSchema."""

    async def opened() -> None:
        async with open_store(database_url):
            pass
        await driver_ended()

    asyncio.run(opened())


async def _try_to_migrate(store: Store) -> None:
    try:
        await migrate(store)
    except NewerSchema:
        raise
    except StoreError:
        pass  # the log has it already, and the store stays unready


async def _try_to_check(store: Store) -> None:
    with suppress(StoreError):  # the log has it already
        await store.check_identity()


async def _watch(store: Store) -> None:
    """Migrate as soon as the database responds, and keep its status current for the top bar."""
    while True:
        await asyncio.sleep(EVERY)
        if store.ready:
            await _try_to_check(store)
        if store.ready:
            continue
        try:
            await _try_to_migrate(store)
        except NewerSchema as error:
            log.error(error.title, reason=error.reason, advice=error.advice)
            return
