"""Brings the schema up to date: at start, and by `livekit-dashboard migrate`.

One instance migrates, the others wait for its lock and then find nothing to do. The whole upgrade
is one transaction, in SQLite as in PostgreSQL: a failure leaves the schema as it was.
"""

from collections.abc import Sequence
from pathlib import Path

import structlog
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from app.store.errors import NewerSchema
from app.store.schema import METADATA
from app.store.store import Store

HERE = Path(__file__).parent / "migrations"

log = structlog.get_logger("store")


def scripts() -> ScriptDirectory:
    """Return all migrations that this program knows."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    return ScriptDirectory.from_config(config)


async def migrate(store: Store) -> Sequence[str]:
    """Apply what is missing, and return the names of the migrations applied, oldest first.

    Raises NewerSchema if the database has a migration that this program does not know, and
    StoreError if the database fails.
    """
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
        return await connection.run_sync(_missing, scripts())


def _upgrade(connection: Connection, store: Store) -> list[str]:
    store.dialect.lock_schema(connection)
    directory = scripts()
    missing = _missing(connection, directory)
    if missing:
        _apply(connection, directory)
    return missing


def _missing(connection: Connection, directory: ScriptDirectory) -> list[str]:
    present = MigrationContext.configure(connection).get_current_revision()
    if present is not None:
        _check_known(directory, present)
    newest_first = directory.iterate_revisions("head", present or "base")
    return [script.revision for script in newest_first][::-1]


def _check_known(directory: ScriptDirectory, revision: str) -> None:
    try:
        directory.get_revision(revision)
    except CommandError:
        raise NewerSchema(f"Its schema is {revision}, which this version does not know.") from None


def _apply(connection: Connection, directory: ScriptDirectory) -> None:
    context = EnvironmentContext(Config(), directory)

    def steps(revision: object, _: object) -> object:
        return directory._upgrade_revs("head", revision)  # type: ignore[arg-type]

    with context:
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            fn=steps,
            render_as_batch=True,  # SQLite changes a column by copying its table
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
