"""All factors together: a change ends other sessions, and nobody loses the last way in."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from app.services.accounts import accounts, sessions
from app.services.accounts.accounts import AccountChanged, unchanged
from app.services.accounts.factors import authenticators, factors, passkeys, recovery
from app.services.accounts.factors.factors import LastWayIn
from app.services.accounts.sessions import Limits, Place
from app.services.accounts.states import SignIn
from app.store.store import Store
from tests.services.accounts.factors.test_authenticators import with_app
from tests.services.accounts.factors.test_passkeys import add, with_key
from tests.support.passkeys import Key
from tests.support.stores import in_store

LIMITS = Limits(timedelta(hours=1), timedelta(hours=2))


async def two_sessions(store: Store, number: int) -> list[int]:
    """Start two sessions of an account, and return their numbers, the older one first."""
    for _ in range(2):
        await sessions.start(store, number, SignIn.PASSWORD, Place("", ""), LIMITS)
    return sorted(each.id for each in await sessions.of_user(store, number, LIMITS))


async def left(store: Store, number: int) -> list[int]:
    """Return the sessions that an account still has."""
    return [each.id for each in await sessions.of_user(store, number, LIMITS)]


def test_each_change_ends_the_other_sessions(database: str) -> None:
    async def changed(store: Store) -> None:
        number, _ = await with_app(store)
        account = await accounts.by_id(store, number)
        changes = (
            lambda own: recovery.renew(store, number, own),
            lambda own: authenticators.remove(store, number, own),
        )
        for change in changes:
            *_, own = await two_sessions(store, number)
            await change(own)
            assert await left(store, number) == [own]
        await add(store, account, Key("dash.example"))
        (key,) = await passkeys.of_user(store, number)
        await accounts.set_hash(store, await accounts.by_id(store, number), "a hash")
        *_, own = await two_sessions(store, number)
        await passkeys.remove(store, number, key.id, own)
        assert await left(store, number) == [own]

    in_store(database, changed)


def test_no_session_begins_without_a_factor_that_was_just_set_up(database: str) -> None:
    async def refused(store: Store) -> None:
        number, _ = await with_app(store)
        now = await accounts.by_id(store, number)
        before = replace(now, has_factor=False)
        place = Place("", "")
        with pytest.raises(AccountChanged):
            await sessions.start(
                store, number, SignIn.PASSWORD, place, LIMITS, only_if=unchanged(before)
            )
        assert await left(store, number) == []
        await sessions.start(store, number, SignIn.PASSWORD, place, LIMITS, only_if=unchanged(now))
        assert len(await left(store, number)) == 1

    in_store(database, refused)


def test_codes_go_with_the_last_factor(database: str) -> None:
    async def changed(store: Store) -> None:
        number, _ = await with_app(store)
        account = await accounts.by_id(store, number)
        await accounts.set_hash(store, await accounts.by_id(store, number), "a hash")
        await recovery.renew(store, number)
        await add(store, account, Key("dash.example"))
        await authenticators.remove(store, number, None)
        found = await factors.of(store, number)
        assert (found.app, found.passkeys, found.codes) == (None, 1, 10)
        (key,) = await passkeys.of_user(store, number)
        await passkeys.remove(store, number, key.id, None)
        assert (await factors.of(store, number)).codes == 0

    in_store(database, changed)


def test_the_last_way_in_stays(database: str) -> None:
    async def refused(store: Store) -> None:
        number, _ = await with_app(store)
        account = await accounts.by_id(store, number)
        await accounts.set_hash(store, await accounts.by_id(store, number), "a hash")
        with pytest.raises(LastWayIn):
            await factors.remove_password(store, number, None)
        for _ in range(2):
            await add(store, account, Key("dash.example"))
        await factors.remove_password(store, number, None)
        assert (await accounts.by_id(store, number)).password_hash is None
        keys = await passkeys.of_user(store, number)
        # together, so that each could see the other's passkey
        removed = await asyncio.gather(
            *(passkeys.remove(store, number, key.id, None) for key in keys), return_exceptions=True
        )
        assert sorted(map(type, removed), key=str) == sorted([LastWayIn, type(None)], key=str)
        assert len(await passkeys.of_user(store, number)) == 1

    in_store(database, refused)


def test_a_reset_removes_all_and_ends_every_session(database: str) -> None:
    async def reset(store: Store) -> None:
        account, _ = await with_key(store)
        other, _ = await with_key(store)
        await recovery.renew(store, account.id)
        await two_sessions(store, account.id)
        await factors.reset(store, account.id)
        found = await factors.of(store, account.id)
        assert (found.any, found.codes) == (False, 0)
        assert await left(store, account.id) == []
        assert (await factors.of(store, other.id)).any

    in_store(database, reset)


def test_who_has_to_set_one_up(database: str) -> None:
    async def asked(store: Store) -> None:
        account, _ = await with_key(store)
        required = ("Admin", "night shift")
        for role, method, has, missing in (
            ("admin", SignIn.PASSWORD, False, True),
            ("Night Shift", SignIn.LINK, False, True),
            ("admin", "", False, True),
            ("admin", SignIn.PASSWORD, True, False),
            ("admin", SignIn.OIDC, False, False),
            ("admin", SignIn.PROXY, False, False),
            ("viewer", SignIn.PASSWORD, False, False),
        ):
            one = replace(account, role=role, has_factor=has)
            assert factors.is_missing(one, method, required) == missing
        assert not factors.is_missing(replace(account, has_factor=False), "", ())

    in_store(database, asked)
