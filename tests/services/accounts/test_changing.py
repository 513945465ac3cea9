"""What people change of their own accounts, while others change it too."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from app.services.accounts import accounts, changing, control, sessions
from app.services.accounts.accounts import Account, AccountChanged, unchanged
from app.services.accounts.sessions import Place
from app.services.accounts.states import SignIn
from app.store.errors import StoreBusy
from app.store.store import Store
from tests.services.accounts.managing import ADMIN, LIMITS, person
from tests.support.stores import in_store

HERE = Place("192.0.2.1", "a browser")


async def begin(store: Store, account: Account, former: str = "") -> str:
    """Start a session of somebody whose password was checked when the account was read."""
    return await sessions.start(
        store,
        account.id,
        SignIn.PASSWORD,
        HERE,
        LIMITS,
        former=former,
        only_if=unchanged(account),
    )


async def change_password(store: Store, account: Account, password_hash: str) -> str:
    """Change a password as its page does, and return the key of the new session."""

    async def change(connection: AsyncConnection) -> None:
        await changing.set_password_within(connection, account, password_hash)

    renewed = unchanged(replace(account, password_hash=password_hash))
    return await sessions.start(
        store, account.id, SignIn.PASSWORD, HERE, LIMITS, only_if=renewed, first=change
    )


def test_no_session_begins_with_a_password_that_has_just_changed(database: str) -> None:
    async def work(store: Store) -> None:
        anna = await person(store, "anna")
        key = await change_password(store, anna, "another hash")
        with pytest.raises(AccountChanged):
            await begin(store, anna)
        assert await sessions.verify(store, key, LIMITS)
        assert len(await sessions.of_user(store, anna.id, LIMITS)) == 1

    in_store(database, work)


def test_no_session_waits_for_a_disabled_account_to_be_enabled(database: str) -> None:
    async def work(store: Store) -> None:
        anna = await person(store, "anna")
        await control.disable(store, ADMIN, anna.id)
        with pytest.raises(AccountChanged):
            await begin(store, anna)
        await control.enable(store, ADMIN, anna.id)
        assert await sessions.of_user(store, anna.id, LIMITS) == []

    in_store(database, work)


def test_a_better_hash_of_the_old_password_doesnt_undo_a_change(database: str) -> None:
    async def work(store: Store) -> None:
        anna = await person(store, "anna")
        await change_password(store, anna, "another hash")
        await accounts.set_hash(store, anna, "a better hash of the old password")
        assert (await accounts.by_id(store, anna.id)).password_hash == "another hash"

    in_store(database, work)


def test_of_two_changes_at_once_one_is_done(database: str) -> None:
    async def work(store: Store) -> None:
        other = Store(database)
        other.ready = True
        try:
            for turn in range(8):
                anna = await person(store, f"anna {turn}", sessions=2)
                both = await asyncio.gather(
                    change_password(store, anna, "first"),
                    change_password(other, anna, "second"),
                    return_exceptions=True,
                )
                kinds = sorted(type(answer).__name__ for answer in both)
                assert kinds == ["AccountChanged", "str"], both
                stored = (await accounts.by_id(store, anna.id)).password_hash
                assert stored == ("first" if isinstance(both[0], str) else "second")
                assert len(await sessions.of_user(store, anna.id, LIMITS)) == 1
        finally:
            await other.close()

    in_store(database, work)


def test_a_change_whose_session_cant_begin_is_undone(database: str) -> None:
    async def work(store: Store) -> None:
        anna = await person(store, "anna", sessions=2)

        async def change(connection: AsyncConnection) -> None:
            await changing.set_password_within(connection, anna, "another hash")
            raise StoreBusy

        with pytest.raises(StoreBusy):
            await sessions.start(store, anna.id, SignIn.PASSWORD, HERE, LIMITS, first=change)
        assert (await accounts.by_id(store, anna.id)).password_hash == anna.password_hash
        assert len(await sessions.of_user(store, anna.id, LIMITS)) == 2

    in_store(database, work)


def test_who_signs_in_again_in_one_browser_leaves_no_session_behind(database: str) -> None:
    async def work(store: Store) -> None:
        anna = await person(store, "anna")
        former = await begin(store, anna)
        key = await begin(store, anna, former)
        assert await sessions.verify(store, former, LIMITS) is None
        assert await sessions.verify(store, key, LIMITS)

    in_store(database, work)


def test_use_and_a_change_of_the_password_dont_wait_for_each_other(database: str) -> None:
    async def work(store: Store) -> None:
        other = Store(database)
        other.ready = True
        try:
            anna = await person(store, "anna", sessions=20)
            open_now = await sessions.of_user(store, anna.id, LIMITS)
            for turn in range(10):
                account = await accounts.by_id(store, anna.id)
                await asyncio.gather(
                    *(sessions.touch(other, session) for session in open_now[:4]),
                    change_password(store, account, f"hash {turn}"),
                )
                open_now = await sessions.of_user(store, anna.id, LIMITS)
        finally:
            await other.close()

    in_store(database, work)
