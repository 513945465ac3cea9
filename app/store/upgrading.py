"""Applies migrations with Alembic, which is loaded only while one is missing: it takes 14 MB."""

from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection

from app.store.errors import NewerSchema
from app.store.schema import METADATA

HERE = Path(__file__).parent / "migrations"


def scripts() -> ScriptDirectory:
    """Return all migrations that this program knows."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    return ScriptDirectory.from_config(config)


def upgrade(connection: Connection) -> list[str]:
    """Apply what is missing; return the names of the migrations, oldest first.

    Raises NewerSchema for a database with a migration that this program doesn't know.
    """
    applied = missing(connection)
    if applied:
        _apply(connection, scripts())
    return applied


def missing(connection: Connection) -> list[str]:
    """Return the names of the migrations to apply, oldest first. Raises NewerSchema."""
    directory = scripts()
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
