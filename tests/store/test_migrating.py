"""The schema: one instance migrates, a newer one is refused, tables are as declared."""

import asyncio
import re
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import Script
from sqlalchemy import Connection, text

from app.store.errors import NewerSchema, StoreUnavailable
from app.store.migrating import migrate, newest
from app.store.schema import METADATA
from app.store.store import Store
from app.store.upgrading import scripts
from tests.support.stores import in_store

PARTITION = re.compile(r"_(default|\d{4}_\d\d)$")
# what searches words, which each database does in its own way
WORDS = re.compile(r"_words(_\w+)?$")


def is_declared(name: str | None, kind: str, _: object) -> bool:
    if kind == "table":
        return not (PARTITION.search(name or "") or WORDS.search(name or ""))
    return kind != "index" or not WORDS.search(name or "")


def test_an_empty_database_gets_every_table(database: str) -> None:
    async def differences(store: Store) -> list[object]:
        def compare(connection: Connection) -> list[object]:
            options = {
                "compare_type": True,
                "render_as_batch": True,
                "include_name": is_declared,
            }
            context = MigrationContext.configure(connection, opts=options)
            return list(compare_metadata(context, METADATA))

        async with store.read() as connection:
            return await connection.run_sync(compare)

    assert in_store(database, differences) == []


def test_the_second_time_nothing_is_done(database: str) -> None:
    async def twice(store: Store) -> object:
        return await migrate(store)

    assert in_store(database, twice) == []


def test_the_newest_migration_is_known_by_its_file() -> None:
    assert newest() == scripts().get_current_head()


def test_instances_that_start_together_migrate_once(database: str) -> None:
    async def start() -> list[str]:
        store = Store(database)
        try:
            return list(await migrate(store))
        finally:
            await store.close()

    async def together() -> list[list[str]]:
        return list(await asyncio.gather(*(start() for _ in range(4))))

    applied = sorted(asyncio.run(together()))
    assert applied[:3] == [[], [], []]
    assert applied[3] == [one.revision for one in _all_migrations()]


def test_a_newer_database_is_refused(database: str) -> None:
    async def newer(store: Store) -> None:
        async with store.write() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(NewerSchema, match="9999"):
            await migrate(store)

    in_store(database, newer)


def test_a_store_that_was_never_migrated_is_not_used(database: str) -> None:
    async def unready() -> None:
        store = Store(database)
        try:
            with pytest.raises(StoreUnavailable):
                async with store.read():
                    pass
        finally:
            await store.close()

    asyncio.run(unready())


def _all_migrations() -> Iterator[Script]:
    return reversed(list(scripts().walk_revisions()))
