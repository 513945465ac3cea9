"""Recovery codes are good once, stored as hashes, and belong to one account."""

import asyncio
import secrets

import pytest

from app.services.accounts import accounts
from app.services.accounts.factors import factors, recovery
from app.services.accounts.factors.recovery import AMOUNT, NoFactor
from app.store.store import Store
from tests.services.accounts.factors.test_authenticators import with_app
from tests.support.stores import in_store


def test_each_is_good_once(database: str) -> None:
    async def verified(store: Store) -> tuple[list[bool], int]:
        number, _ = await with_app(store)
        codes = await recovery.renew(store, number)
        assert len(set(codes)) == AMOUNT
        tried = [codes[0], codes[0], codes[1].upper().replace("-", " "), codes[2] + "a", ""]
        results = [await recovery.verify(store, number, each) for each in tried]
        return results, (await factors.of(store, number)).codes

    assert in_store(database, verified) == ([True, False, True, False, False], AMOUNT - 2)


def test_of_many_at_once_only_one_is_accepted(database: str) -> None:
    async def verified(store: Store) -> list[bool]:
        number, _ = await with_app(store)
        code = (await recovery.renew(store, number))[0]
        other = Store(database)
        other.ready = True
        try:
            tries = (recovery.verify(s, number, code) for s in [store, other] * 4)
            return await asyncio.gather(*tries)
        finally:
            await other.close()

    assert sorted(in_store(database, verified)) == [False] * 7 + [True]


def test_new_ones_replace_the_old_and_nobody_elses_are_good(database: str) -> None:
    async def verified(store: Store) -> list[bool]:
        (ada, _), (bob, _) = await with_app(store), await with_app(store)
        old = await recovery.renew(store, ada)
        new = await recovery.renew(store, ada)
        assert not set(old) & set(new)
        tries = [(ada, old[0]), (bob, new[0]), (ada, new[0])]
        return [await recovery.verify(store, *each) for each in tries]

    assert in_store(database, verified) == [False, False, True]


def test_without_a_factor_there_are_none(database: str) -> None:
    async def refused(store: Store) -> None:
        number = await accounts.create(store, secrets.token_hex(4), "viewer")
        with pytest.raises(NoFactor):
            await recovery.renew(store, number)
        assert (await factors.of(store, number)).codes == 0

    in_store(database, refused)
