"""Tokens in the store: only their hash, and what was revoked or has expired is good no more."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.errors import NotFound
from app.services.accounts import accounts, tokens
from app.store.schema import TOKENS, USERS
from app.store.store import Store
from tests.support.stores import in_store

DAY = timedelta(days=1)


def kept(database: str, work: Callable[[Store, int], Awaitable[Any]]) -> Any:
    async def with_account(store: Store) -> Any:
        return await work(store, await accounts.create(store, "Anna", "operator"))

    return in_store(database, with_account)


def test_only_the_hash_and_the_last_characters_are_stored(database: str) -> None:
    async def work(store: Store, anna: int) -> None:
        number, secret = await tokens.create(store, anna, "ci", ["rooms.read"], DAY)
        assert tokens.FORM.fullmatch(secret)
        async with store.read() as connection:
            row = (await connection.execute(select(TOKENS))).mappings().one()
        assert secret not in str(dict(row))
        assert secret.endswith(row["hint"])
        verified = await tokens.verify(store, secret)
        assert verified
        assert (verified.token.id, verified.token.name, verified.account.name) == (
            number,
            "ci",
            "Anna",
        )
        assert verified.token.permissions == frozenset({"rooms.read"})
        assert await tokens.verify(store, secret[:-1]) is None

    kept(database, work)


def test_it_ends_with_its_time_its_revocation_and_its_account(database: str) -> None:
    async def work(store: Store, anna: int) -> None:
        made = [await tokens.create(store, anna, f"t{n}", None, DAY) for n in range(3)]
        for _, secret in made:
            assert await tokens.verify(store, secret)
        now = datetime.now(UTC)
        (first, expired), (second, revoked), (_, last) = made
        async with store.write() as connection:
            one = update(TOKENS).where(TOKENS.c.id == first)
            await connection.execute(one.values(expires=now))
        assert await tokens.verify(store, expired) is None
        assert await tokens.revoke(store, second, anna)
        assert not await tokens.revoke(store, second, anna)
        assert await tokens.verify(store, revoked) is None
        async with store.write() as connection:
            await connection.execute(update(USERS).values(disabled=now))
        assert await tokens.verify(store, last) is None

    kept(database, work)


def test_nobody_reads_or_revokes_those_of_others(database: str) -> None:
    async def work(store: Store, anna: int) -> None:
        bob = await accounts.create(store, "Bob", "viewer")
        number, secret = await tokens.create(store, anna, "ci", None, None)
        assert await tokens.listed(store, bob) == []
        assert [token.id for token in await tokens.listed(store)] == [number]
        with pytest.raises(NotFound):
            await tokens.get(store, number, bob)
        assert not await tokens.revoke(store, number, bob)
        assert await tokens.verify(store, secret)

    kept(database, work)


def test_the_last_use_is_written_once_a_minute(database: str) -> None:
    async def work(store: Store, anna: int) -> None:
        number, _ = await tokens.create(store, anna, "ci", None, None)
        token = await tokens.get(store, number)
        assert tokens.is_stale(token)
        await tokens.touch(store, token, "192.0.2.7")
        token = await tokens.get(store, number)
        assert token.used_address == "192.0.2.7"
        assert not tokens.is_stale(token)

    kept(database, work)


def test_an_account_has_so_many_and_old_rows_go(database: str) -> None:
    async def work(store: Store, anna: int) -> None:
        for number in range(tokens.MOST):
            await tokens.create(store, anna, f"t{number}", None, DAY)
        with pytest.raises(tokens.TooManyTokens):
            await tokens.create(store, anna, "one more", None, DAY)
        async with store.write() as connection:
            old = datetime.now(UTC) - tokens.KEPT
            await connection.execute(update(TOKENS).values(expires=old))
        await tokens.create(store, anna, "new", None, DAY)
        assert [token.name for token in await tokens.listed(store)] == ["new"]

    kept(database, work)
