"""Codes of authenticator apps: one step of skew each way, and none is good twice."""

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pyotp
import pytest
from pydantic import SecretStr
from sqlalchemy import update

from app.errors import Invalid
from app.services.accounts import accounts
from app.services.accounts.factors import authenticators, factors
from app.services.accounts.factors.authenticators import SETUP_FOR, AppPresent, Setup
from app.store.schema import AUTHENTICATORS
from app.store.sealing import Sealer
from app.store.store import Store
from tests.support.factors import until_new_step
from tests.support.stores import in_store

T = TypeVar("T")
SEALER = Sealer([SecretStr("a secret of the tests, long enough")])
Work = Callable[[Store], Awaitable[T]]


def code(setup: Setup, step: int = 0) -> str:
    """Return the code of the present step, or of one before or after it."""
    return pyotp.TOTP(setup.secret).at(int(time.time()) + 30 * step)


async def with_app(store: Store) -> tuple[int, Setup]:
    """Create an account whose app has used the code of two steps ago."""
    number = await accounts.create(store, secrets.token_hex(4), "viewer")
    await asyncio.sleep(until_new_step())  # the same step until all is verified
    setup = authenticators.begin(SEALER, number)
    await authenticators.confirm(store, SEALER, number, setup, code(setup, -1), None)
    changed = update(AUTHENTICATORS).where(AUTHENTICATORS.c.user_id == number)
    async with store.write() as connection:
        await connection.execute(changed.values(last_step=int(time.time()) // 30 - 2))
    return number, setup


@pytest.mark.parametrize(("step", "is_right"), [(-2, 0), (-1, 1), (0, 1), (1, 1), (2, 0)])
def test_clocks_may_differ_by_one_step(database: str, step: int, is_right: bool) -> None:
    async def verified(store: Store) -> bool:
        number, setup = await with_app(store)
        return await authenticators.verify(store, SEALER, number, code(setup, step))

    assert in_store(database, verified) == is_right


def test_no_code_is_good_twice_nor_one_before_it(database: str) -> None:
    async def verified(store: Store) -> list[bool]:
        number, setup = await with_app(store)
        codes = [code(setup), code(setup), code(setup, -1), code(setup, 1)]
        return [await authenticators.verify(store, SEALER, number, each) for each in codes]

    assert in_store(database, verified) == [True, False, False, True]


def test_of_two_instances_only_one_accepts_it(database: str) -> None:
    async def verified(store: Store) -> list[bool]:
        number, setup = await with_app(store)
        other = Store(database)
        other.ready = True
        now = code(setup)
        try:
            return await asyncio.gather(
                *(authenticators.verify(s, SEALER, number, now) for s in [store, other] * 4)
            )
        finally:
            await other.close()

    assert sorted(in_store(database, verified)) == [False] * 7 + [True]


@pytest.mark.parametrize("wrong", ["000000", "", "12345", "1234567", "١٢٣٤٥٦", "\ud800", "0" * 99])
def test_anything_else_is_wrong(database: str, wrong: str) -> None:
    async def verified(store: Store) -> bool:
        number, setup = await with_app(store)
        assert wrong not in {code(setup, step) for step in (-1, 0, 1)}
        return await authenticators.verify(store, SEALER, number, wrong)

    assert not in_store(database, verified)


def test_the_secret_is_encrypted_and_the_account_has_a_factor(database: str) -> None:
    async def stored(store: Store) -> tuple[str, str, bool, bool]:
        number, setup = await with_app(store)
        async with store.read() as connection:
            sealed = (await connection.execute(AUTHENTICATORS.select())).mappings().one()
        before = (await accounts.by_id(store, number)).has_factor
        await authenticators.remove(store, number, None)
        after = (await accounts.by_id(store, number)).has_factor
        return sealed["secret"], setup.secret, before, after

    sealed, secret, before, after = in_store(database, stored)
    assert secret not in sealed
    assert SEALER.open(sealed) == secret
    assert (before, after) == (True, False)


def test_a_second_app_and_a_wrong_first_code_are_refused(database: str) -> None:
    async def refused(store: Store) -> None:
        number, _ = await with_app(store)
        another = authenticators.begin(SEALER, number)
        with pytest.raises(AppPresent):
            await authenticators.confirm(store, SEALER, number, another, code(another), None)
        await authenticators.remove(store, number, None)
        with pytest.raises(Invalid):
            await authenticators.confirm(store, SEALER, number, another, "123", None)
        assert not (await factors.of(store, number)).any

    in_store(database, refused)


def test_a_setup_is_resumed_for_its_account_only_and_not_forever() -> None:
    setup = authenticators.begin(SEALER, 7)
    assert authenticators.resumed(SEALER, 7, setup.sealed) == setup
    assert authenticators.resumed(SEALER, 8, setup.sealed) is None
    assert authenticators.resumed(SEALER, 7, setup.sealed[:-2]) is None
    assert authenticators.resumed(SEALER, 7, "") is None
    old = SEALER.seal(json.dumps([7, int(time.time()) - SETUP_FOR - 1, setup.secret]))
    assert authenticators.resumed(SEALER, 7, old) is None
