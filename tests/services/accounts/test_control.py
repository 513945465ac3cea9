"""Changes to accounts: who may make them, what they end, and the last administrator."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from app.errors import Invalid, NotFound
from app.services.accounts import accounts, control, links, sessions
from app.services.accounts.accounts import NameTaken
from app.services.accounts.control import NoEffect
from app.services.accounts.powers import LastAdministrator, MoreThanYours, Powers
from app.services.accounts.states import LinkKind
from app.store.store import Store
from tests.services.accounts.managing import ADMIN, LIMITS, invited, person, powers
from tests.support.stores import in_store


def test_an_invitation_creates_an_account_without_a_password(database: str) -> None:
    async def work(store: Store) -> None:
        number, link = await control.invite(
            store, ADMIN, " Zoë ", "operator", email="zoe@example.com", by="root"
        )
        account = await accounts.by_id(store, number)
        assert (account.name, account.role, account.email) == ("Zoë", "operator", "zoe@example.com")
        assert (account.password_hash, account.can_sign_in) == (None, False)
        opened = await links.check(store, LinkKind.INVITATION, link.key)
        assert (opened.user_id, opened.name) == (number, "Zoë")

    in_store(database, work)


@pytest.mark.parametrize(
    "name", ["anna", "ANNA", "\N{FULLWIDTH LATIN SMALL LETTER A}nna", " Anna "]
)
def test_no_two_names_look_alike(database: str, name: str) -> None:
    async def work(store: Store) -> None:
        await person(store, "Anna")
        other = await person(store, "other")
        with pytest.raises(NameTaken):
            await control.invite(store, ADMIN, name, "viewer", by="root")
        with pytest.raises(NameTaken):
            await control.edit(store, ADMIN, other.id, name=name, email="", role="viewer")
        assert (await accounts.by_id(store, other.id)).name == "other"

    in_store(database, work)


def test_names_of_the_emergency_account_are_reserved(database: str) -> None:
    async def work(store: Store) -> None:
        other = await person(store, "other")
        with pytest.raises(NameTaken):
            await control.add(store, ADMIN, "ROOT", "viewer", password_hash="a hash")
        with pytest.raises(NameTaken):
            await control.edit(store, ADMIN, other.id, name="Root", email="", role="viewer")

    in_store(database, work)


def test_an_unknown_role_is_given_to_nobody(database: str) -> None:
    async def work(store: Store) -> None:
        anna = await person(store, "anna")
        for role in ("nothing", "", "a\0b"):
            with pytest.raises(Invalid) as error:
                await control.set_role(store, ADMIN, anna.id, role)
            assert "role" in error.value.fields
            with pytest.raises(Invalid):
                await control.invite(store, ADMIN, "bob", role, by="root")
        assert await accounts.by_name(store, "bob") is None

    in_store(database, work)


def test_disabling_and_deleting_end_sessions_and_links(database: str) -> None:
    async def work(store: Store) -> None:
        await person(store, "root", "admin")
        anna = await person(store, "anna", sessions=2)
        bob = await person(store, "bob", sessions=1)
        _, link = await control.new_link(store, ADMIN, anna.id, "root")
        assert link.kind is LinkKind.RESET
        change = await control.disable(store, ADMIN, anna.id)
        assert (change.sessions, change.links) == (2, 1)
        assert await sessions.of_user(store, anna.id, LIMITS) == []
        await control.enable(store, ADMIN, anna.id)
        for kind in LinkKind:
            with pytest.raises(links.LinkGone):
                await links.use(store, kind, link.key, "another hash")
        assert (await accounts.by_id(store, anna.id)).password_hash == "a hash"
        assert (await control.remove(store, ADMIN, bob.id)).sessions == 1
        assert await sessions.of_user(store, bob.id, LIMITS) == []
        with pytest.raises(NotFound):
            await accounts.by_id(store, bob.id)

    in_store(database, work)


def test_what_has_no_effect_says_so(database: str) -> None:
    async def work(store: Store) -> None:
        anna = await person(store, "anna")
        with pytest.raises(NoEffect):
            await control.enable(store, ADMIN, anna.id)
        await control.disable(store, ADMIN, anna.id)
        for act in (
            control.disable(store, ADMIN, anna.id),
            control.new_link(store, ADMIN, anna.id, "root"),
        ):
            with pytest.raises(NoEffect):
                await act

    in_store(database, work)


def test_a_new_role_makes_links_void_and_keeps_sessions(database: str) -> None:
    async def work(store: Store) -> None:
        number, key = await invited(store, "anna")
        change = await control.set_role(store, ADMIN, number, "operator")
        assert (change.before.role, change.links) == ("viewer", 1)
        with pytest.raises(links.LinkGone):
            await links.check(store, LinkKind.INVITATION, key)
        bob = await person(store, "bob", sessions=1)
        await control.edit(store, ADMIN, bob.id, name="Bob", email="", role="operator")
        assert len(await sessions.of_user(store, bob.id, LIMITS)) == 1

    in_store(database, work)


def test_a_password_ends_sessions_and_links(database: str) -> None:
    async def work(store: Store) -> None:
        anna = await person(store, "anna", sessions=3)
        _, link = await control.new_link(store, ADMIN, anna.id, "root")
        await control.set_password(store, ADMIN, anna.id, "another hash")
        assert (await accounts.by_id(store, anna.id)).password_hash == "another hash"
        assert await sessions.of_user(store, anna.id, LIMITS) == []
        with pytest.raises(links.LinkGone):
            await links.check(store, LinkKind.RESET, link.key)

    in_store(database, work)


Act = Callable[[Store, Powers, int], Awaitable[object]]


async def renamed(store: Store, powers: Powers, number: int) -> None:
    await control.edit(store, powers, number, name="other", email="", role="admin")


async def demoted(store: Store, powers: Powers, number: int) -> None:
    await control.set_role(store, powers, number, "viewer")


async def reset(store: Store, powers: Powers, number: int) -> None:
    await control.new_link(store, powers, number, "somebody")


HARMFUL: list[Act] = [control.disable, control.remove, demoted]
ALL: list[Act] = [*HARMFUL, control.end_sessions, control.reset_factors, renamed, reset]


@pytest.mark.parametrize("act", ALL)
def test_nobody_touches_who_may_more(database: str, act: Act) -> None:
    async def work(store: Store) -> None:
        await person(store, "root", "admin")
        anna = await person(store, "anna", "admin", sessions=1)
        with pytest.raises(MoreThanYours) as error:
            await act(store, powers("server.read", "accounts.read", "accounts.write"), anna.id)
        assert "rooms.write" in error.value.reason
        assert await accounts.by_id(store, anna.id) == anna
        assert len(await sessions.of_user(store, anna.id, LIMITS)) == 1

    in_store(database, work)


def test_nobody_gives_more_than_they_have(database: str) -> None:
    async def work(store: Store) -> None:
        clerk = powers(*ADMIN.built_in["viewer"], "accounts.read", "accounts.write")
        anna = await person(store, "anna")
        with pytest.raises(MoreThanYours):
            await control.set_role(store, clerk, anna.id, "operator")
        with pytest.raises(MoreThanYours):
            await control.invite(store, clerk, "bob", "admin", by="clerk")
        assert (await accounts.by_id(store, anna.id)).role == "viewer"
        number, _ = await control.invite(store, clerk, "bob", "viewer", by="clerk")
        await control.disable(store, clerk, number)

    in_store(database, work)


@pytest.mark.parametrize("act", HARMFUL)
def test_the_last_administrator_stays(database: str, act: Act) -> None:
    async def work(store: Store) -> None:
        anna = await person(store, "anna", "admin", sessions=1)
        await invited(store, "invited", "admin")
        disabled = await person(store, "disabled", "admin")
        await control.disable(store, ADMIN, disabled.id)
        with pytest.raises(LastAdministrator):
            await act(store, ADMIN, anna.id)
        assert await accounts.by_id(store, anna.id) == anna
        assert len(await sessions.of_user(store, anna.id, LIMITS)) == 1
        await person(store, "bob", "admin")
        await act(store, ADMIN, anna.id)

    in_store(database, work)


def test_who_was_only_invited_can_always_go(database: str) -> None:
    async def work(store: Store) -> None:
        number, _ = await invited(store, "anna", "admin")
        await control.remove(store, ADMIN, number)

    in_store(database, work)


@pytest.mark.parametrize("act", HARMFUL)
def test_two_administrators_cannot_remove_each_other_at_once(database: str, act: Act) -> None:
    async def work(store: Store) -> None:
        other = Store(database)
        other.ready = True
        left = await person(store, "first", "admin")
        try:
            for number in range(8):
                new = await person(store, f"admin {number}", "admin")
                both = await asyncio.gather(
                    act(store, ADMIN, left.id),
                    act(other, ADMIN, new.id),
                    return_exceptions=True,
                )
                refused = [type(each) for each in both if isinstance(each, BaseException)]
                assert refused == [LastAdministrator], both
                left = left if isinstance(both[0], LastAdministrator) else new
        finally:
            await other.close()

    in_store(database, work)
