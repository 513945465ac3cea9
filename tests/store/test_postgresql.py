"""What only PostgreSQL has: options in the URL, privileges, isolation levels, and a pool."""

import asyncio
import secrets
import time
from urllib.parse import quote

import psycopg
import pytest
from sqlalchemy import text

from app.services.audit.listing import Wanted, page
from app.services.audit.verifying import Verified, verify
from app.services.audit.writing import add
from app.store.dialects import POOL
from app.store.errors import StoreBusy, StoreReadOnly
from app.store.migrating import migrate
from app.store.store import Store
from dev.postgres import Postgres
from tests.services.audit.test_chain import row
from tests.support.stores import in_store


@pytest.fixture
def name(postgres: Postgres) -> str:
    """The name of an empty database of the test's own."""
    name = f"own_{secrets.token_hex(6)}"
    postgres.create(name)
    return name


def test_options_of_the_url_are_used_too(postgres: Postgres, name: str) -> None:
    postgres.run("CREATE SCHEMA other", name)
    options = quote("-c search_path=other -c statement_timeout=2s")

    async def work(store: Store) -> list[str]:
        async with store.read() as connection:
            shown = [
                await connection.execute(text(f"SHOW {setting}"))
                for setting in ("search_path", "statement_timeout", "lock_timeout")
            ]
            return [str(each.scalar()) for each in shown]

    url = f"{postgres.url(name)}?options={options}"
    assert in_store(url, work) == ["other", "2s", "5s"]


def test_a_user_who_may_not_create_tables(postgres: Postgres, name: str) -> None:
    postgres.run(f"CREATE ROLE {name} LOGIN")
    store = Store(postgres.url(name).replace("//dashboard@", f"//{name}@"))

    async def work() -> None:
        with pytest.raises(StoreReadOnly):
            await migrate(store)
        await store.close()

    asyncio.run(work())


def test_the_chain_needs_no_default_of_the_database(postgres: Postgres, name: str) -> None:
    setting = "default_transaction_isolation = 'repeatable read'"
    postgres.run(f"ALTER DATABASE {name} SET {setting}")

    async def work(store: Store) -> Verified:
        await asyncio.gather(*(add(store, row(number)) for number in range(8)))
        return await verify(store)

    assert in_store(postgres.url(name), work) == Verified(8)


@pytest.mark.alone
def test_readers_dont_wait_for_writers(postgres: Postgres, name: str) -> None:
    async def work(store: Store) -> None:
        with psycopg.connect(postgres.url(name)) as other:
            other.execute("SELECT pg_advisory_xact_lock(hashtext('audit'))")
            writing = [asyncio.create_task(add(store, row(number))) for number in range(20)]
            await asyncio.sleep(0.5)
            began = time.monotonic()
            await page(store, Wanted(), 5)
            assert time.monotonic() - began < 2
            failures = await asyncio.gather(*writing, return_exceptions=True)
            assert {type(failure) for failure in failures} == {StoreBusy}

    in_store(postgres.url(name), work)


@pytest.mark.parametrize("idle", [5, 0])  # a connection is looked at, or the server is asked
def test_a_connection_that_the_server_ended_is_replaced(
    postgres: Postgres, name: str, idle: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.dialects.IDLE_SECONDS", idle)

    async def work(store: Store) -> None:
        numbers = set()
        for _ in range(3):
            async with store.read() as reader, store.write() as writer:
                both = [
                    await each.execute(text("SELECT pg_backend_pid()")) for each in (reader, writer)
                ]
                pids = [each.scalar() for each in both]
            numbers.update(pids)
            for pid in pids:
                postgres.run(f"SELECT pg_terminate_backend({pid}, 5000)")
        assert len(numbers) == 6

    in_store(postgres.url(name), work)


def test_what_only_reads_needs_no_transaction(postgres: Postgres, name: str) -> None:
    async def work(store: Store) -> None:
        async with store.read() as connection:
            began = [(await connection.execute(text("SELECT now()"))).scalar() for _ in range(2)]
        assert began[0] != began[1]  # PostgreSQL's now() is when the transaction began

    in_store(postgres.url(name), work)


def test_connections_to_a_replaced_database_are_closed(postgres: Postgres, name: str) -> None:
    async def work(store: Store) -> None:
        async with store.read() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            postgres.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public", name)
            await store.check_identity()
        await migrate(store)
        for _ in range(POOL + 1):
            async with store.read() as connection:
                assert (await connection.get_raw_connection()).driver_connection is not raw
        assert raw is not None
        assert raw.closed

    in_store(postgres.url(name), work)
