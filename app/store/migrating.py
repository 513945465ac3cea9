"""Brings the schema up to date: at start, and by `livekit-dashboard migrate`.

One instance migrates, the others wait for its lock and then find nothing to do. The whole upgrade
is one transaction, in SQLite as in PostgreSQL: a failure leaves the schema as it was.
"""

from collections.abc import Sequence
from pathlib import Path

import structlog
from sqlalchemy import Connection, inspect, text

from app.store.store import Store

VERSIONS = Path(__file__).parent / "migrations" / "versions"

log = structlog.get_logger("store")


def newest() -> str:
    """Return the name of the newest migration that this program knows."""
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*.py"))


async def migrate(store: Store) -> Sequence[str]:
    """Apply what is missing, and return the names of the migrations applied, oldest first.

    Raises NewerSchema if the database has a migration that this program does not know, and
    StoreError if the database fails.
    """
    await pending(store)  # loads Alembic, if it is needed, before others wait for the lock
    async with store.migration() as connection:
        applied = await connection.run_sync(_upgrade, store)
    for name in applied:
        log.info("schema migrated", migration=name)
    return applied


async def pending(store: Store) -> Sequence[str]:
    """Return the names of the migrations that are missing, oldest first; changes nothing.

    Raises NewerSchema and StoreError, as `migrate` does.
    """
    async with store.inspection() as connection:
        return await connection.run_sync(_missing)


def _upgrade(connection: Connection, store: Store) -> list[str]:
    store.dialect.lock_schema(connection)
    if _is_newest(connection):
        return []
    from app.store import upgrading  # with Alembic, 14 MB that a process keeps

    return upgrading.upgrade(connection)


def _missing(connection: Connection) -> list[str]:
    if _is_newest(connection):
        return []
    from app.store import upgrading  # as above

    return upgrading.missing(connection)


def _is_newest(connection: Connection) -> bool:
    if not inspect(connection).has_table("alembic_version"):
        return False
    present = connection.execute(text("SELECT version_num FROM alembic_version")).scalars()
    return present.all() == [newest()]
