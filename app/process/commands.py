"""The commands that work on the store: migrate, and what they print."""

import asyncio
import sys
from collections.abc import Awaitable, Callable

from app.config.settings import Settings
from app.config.sources import SettingsError
from app.errors import DashboardError, Invalid
from app.monitoring.logs import configure_logging
from app.services.audit.verifying import verify
from app.store.migrating import migrate, newest, pending
from app.store.store import Store, driver_ended

NO_STORE = "DATABASE_URL: missing; without it there is no store (see docs/settings.md)"

NOT_MIGRATED = "This database isn't up to date: run `livekit-dashboard migrate` first."


def migrate_store(settings: Settings) -> int:
    """Bring the schema up to date, and print what was applied; return 1 if that failed."""

    async def work(store: Store) -> int:
        applied = await migrate(store)
        for name in applied:
            print(f"applied {name}")
        print(f"{store.name} is at {newest()}")
        return 0

    return _run(settings, work)


def verify_audit(settings: Settings) -> int:
    """Check the hashes of the audit, and print the first fault; return 1 if there is one."""

    async def work(store: Store) -> int:
        if await pending(store):
            print(NOT_MIGRATED)
            return 1
        store.ready = True
        found = await verify(store)
        if found.fault:
            where = f"entry {found.row}: " if found.row is not None else ""
            print(f"WRONG  {where}{found.fault} ({found.rows} entries checked)")
            return 1
        older = ", older ones were pruned" if found.anchored else ""
        print(f"ok     {found.rows} entries{older}")
        return 0

    return _run(settings, work)


def with_store(settings: Settings, work: Callable[[Store], Awaitable[int]]) -> int:
    """Do some work on a store whose schema is up to date; return 1 if it isn't, or if it fails.

    Raises SettingsError without DATABASE_URL.
    """

    async def ready(store: Store) -> int:
        if await pending(store):
            print(NOT_MIGRATED, file=sys.stderr)
            return 1
        store.ready = True
        return await work(store)

    return _run(settings, ready)


def _run(settings: Settings, work: Callable[[Store], Awaitable[int]]) -> int:
    """Open the store and do the work. Raises SettingsError without DATABASE_URL."""
    if not settings.stored_in:
        raise SettingsError([NO_STORE])

    configure_logging(settings.model_copy(update={"log_level": "error"}))

    async def opened() -> int:
        store = Store(settings.stored_in)
        try:
            return await work(store)
        except DashboardError as error:
            wrong = error.fields if isinstance(error, Invalid) else {}
            reasons = [f"{name}: {text}" for name, text in wrong.items()]
            for line in reasons or [f"{error.title}: {error.reason} {error.advice}"]:
                print(line, file=sys.stderr)
            return 1
        finally:
            await store.close()
            await driver_ended()

    return asyncio.run(opened())
