"""One-time links: good once, for a day, and kept as a hash only."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.services.accounts import accounts, control, links, sessions
from app.services.accounts.links import LinkGone
from app.services.accounts.states import LinkKind
from app.store.schema import LINKS
from app.store.store import Store
from tests.services.accounts.managing import ADMIN, LIMITS, invited, person
from tests.support.stores import in_store


def test_it_is_good_once_and_sets_the_password(database: str) -> None:
    async def work(store: Store) -> None:
        number, key = await invited(store, "anna")
        assert (await links.check(store, LinkKind.INVITATION, key)).name == "anna"
        assert await links.use(store, LinkKind.INVITATION, key, "a hash") == number
        assert (await accounts.by_id(store, number)).password_hash == "a hash"
        with pytest.raises(LinkGone):
            await links.check(store, LinkKind.INVITATION, key)
        with pytest.raises(LinkGone):
            await links.use(store, LinkKind.INVITATION, key, "another hash")
        assert (await accounts.by_id(store, number)).password_hash == "a hash"

    in_store(database, work)


def test_of_two_at_once_one_gets_it(database: str) -> None:
    async def work(store: Store) -> None:
        other = Store(database)
        other.ready = True
        try:
            for turn in range(8):
                number, key = await invited(store, f"anna {turn}")
                both = await asyncio.gather(
                    links.use(store, LinkKind.INVITATION, key, "first"),
                    links.use(other, LinkKind.INVITATION, key, "second"),
                    return_exceptions=True,
                )
                assert sorted(map(str, map(type, both))) == sorted(map(str, [int, LinkGone])), both
                winner = "first" if both[0] == number else "second"
                assert (await accounts.by_id(store, number)).password_hash == winner
        finally:
            await other.close()

    in_store(database, work)


def test_it_ends_all_sessions(database: str) -> None:
    async def work(store: Store) -> None:
        anna = await person(store, "anna", sessions=2)
        _, link = await control.new_link(store, ADMIN, anna.id, "root")
        assert len(await sessions.of_user(store, anna.id, LIMITS)) == 2
        await links.use(store, LinkKind.RESET, link.key, "another hash")
        assert await sessions.of_user(store, anna.id, LIMITS) == []

    in_store(database, work)


def test_a_newer_one_replaces_it(database: str) -> None:
    async def work(store: Store) -> None:
        number, first = await invited(store, "anna")
        _, second = await control.new_link(store, ADMIN, number, "root")
        assert second.kind is LinkKind.INVITATION
        with pytest.raises(LinkGone):
            await links.check(store, LinkKind.INVITATION, first)
        assert (await links.check(store, LinkKind.INVITATION, second.key)).user_id == number

    in_store(database, work)


def test_it_is_good_for_a_day_and_for_its_kind_only(database: str) -> None:
    async def work(store: Store) -> None:
        before = datetime.now(UTC)
        number, key = await invited(store, "anna")
        opened = await links.check(store, LinkKind.INVITATION, key)
        assert timedelta() <= opened.expires - before - timedelta(days=1) < timedelta(minutes=1)
        with pytest.raises(LinkGone):
            await links.check(store, LinkKind.RESET, key)
        with pytest.raises(LinkGone):
            await links.use(store, LinkKind.RESET, key, "a hash")
        async with store.write() as connection:
            past = datetime.now(UTC) - timedelta(seconds=1)
            await connection.execute(update(LINKS).values(expires=past))
        for attempt in (
            links.check(store, LinkKind.INVITATION, key),
            links.use(store, LinkKind.INVITATION, key, "a hash"),
        ):
            with pytest.raises(LinkGone):
                await attempt
        assert (await accounts.by_id(store, number)).password_hash is None

    in_store(database, work)


@pytest.mark.parametrize("key", ["", "x", "é\0", "\ud800", "a" * 5000])
def test_no_odd_key_opens_anything(database: str, key: str) -> None:
    async def work(store: Store) -> None:
        await invited(store, "anna")
        with pytest.raises(LinkGone):
            await links.check(store, LinkKind.INVITATION, key)

    in_store(database, work)


def test_the_store_has_no_key(database: str) -> None:
    async def work(store: Store) -> None:
        _, key = await invited(store, "anna")
        async with store.read() as connection:
            rows = (await connection.execute(select(LINKS))).all()
        assert len(rows) == 1
        assert key not in str(rows)

    in_store(database, work)
