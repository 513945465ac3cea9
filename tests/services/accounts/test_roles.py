"""Roles that administrators made: their names, whom they concern, and who may change them."""

import pytest

from app.errors import NotFound
from app.services.accounts import accounts, control, roles
from app.services.accounts.accounts import NameTaken
from app.services.accounts.powers import MoreThanYours
from app.services.accounts.roles import RoleInUse
from app.store.store import Store
from tests.services.accounts.managing import ADMIN, person, powers
from tests.support.stores import in_store

MODERATE = frozenset({"server.read", "rooms.read", "participants.moderate"})
SEE = frozenset({"server.read"})


def test_a_role_is_a_named_set_of_permissions(database: str) -> None:
    async def work(store: Store) -> None:
        await roles.create(store, ADMIN, " Night shift ", MODERATE)
        await person(store, "anna", "Night shift")
        (role,) = await roles.listed(store)
        assert (role.name, role.permissions, role.users) == ("Night shift", MODERATE, 1)
        assert await roles.get(store, "Night shift") == role
        anna = await accounts.by_name(store, "anna")
        assert anna
        assert anna.permissions == MODERATE
        await roles.edit(store, ADMIN, "Night shift", "Night shift", SEE)
        assert (await accounts.by_id(store, anna.id)).permissions == SEE
        assert await roles.users_of(store) == {"Night shift": 1}

    in_store(database, work)


@pytest.mark.parametrize("name", ["admin", "Admin", " viewer", "Night", "NIGHT"])
def test_no_two_roles_look_alike(database: str, name: str) -> None:
    async def work(store: Store) -> None:
        await roles.create(store, ADMIN, "night", MODERATE)
        await roles.create(store, ADMIN, "day", MODERATE)
        with pytest.raises(NameTaken):
            await roles.create(store, ADMIN, name, MODERATE)
        with pytest.raises(NameTaken):
            await roles.edit(store, ADMIN, "day", name, MODERATE)
        assert [role.name for role in await roles.listed(store)] == ["day", "night"]

    in_store(database, work)


@pytest.mark.parametrize("name", ["day", "Night", "~ näme/%"])
def test_a_new_name_goes_to_those_who_have_the_role(database: str, name: str) -> None:
    async def work(store: Store) -> None:
        await roles.create(store, ADMIN, "night", MODERATE)
        created = (await roles.get(store, "night")).created
        anna = await person(store, "anna", "night")
        before = await roles.edit(store, ADMIN, "night", name, SEE)
        assert before == MODERATE
        anna = await accounts.by_id(store, anna.id)
        assert (anna.role, anna.permissions) == (name, SEE)
        assert [(role.name, role.created) for role in await roles.listed(store)] == [
            (name, created)
        ]

    in_store(database, work)


def test_a_role_that_somebody_has_is_not_deleted(database: str) -> None:
    async def work(store: Store) -> None:
        await roles.create(store, ADMIN, "night", MODERATE)
        anna = await person(store, "anna", "night")
        await control.disable(store, ADMIN, anna.id)
        with pytest.raises(RoleInUse):
            await roles.remove(store, ADMIN, "night")
        await control.set_role(store, ADMIN, anna.id, "viewer")
        assert await roles.remove(store, ADMIN, "night") == MODERATE
        assert await roles.listed(store) == []

    in_store(database, work)


@pytest.mark.parametrize("name", ["admin", "viewer", "nothing", "a\0b"])
def test_only_own_roles_are_changed(database: str, name: str) -> None:
    async def work(store: Store) -> None:
        with pytest.raises(NotFound):
            await roles.edit(store, ADMIN, name, "other", MODERATE)
        with pytest.raises(NotFound):
            await roles.remove(store, ADMIN, name)
        with pytest.raises(NotFound):
            await roles.get(store, name)
        assert await roles.listed(store) == []

    in_store(database, work)


def test_nobody_makes_a_role_of_more_than_they_have(database: str) -> None:
    async def work(store: Store) -> None:
        clerk = powers("accounts.write", *MODERATE)
        await roles.create(store, ADMIN, "strong", {*MODERATE, "rooms.write"})
        await roles.create(store, clerk, "weak", MODERATE)
        for act in (
            roles.create(store, clerk, "mine", {"rooms.write"}),
            roles.edit(store, clerk, "weak", "weak", {*MODERATE, "tokens.create"}),
            roles.edit(store, clerk, "strong", "strong", MODERATE),
            roles.remove(store, clerk, "strong"),
        ):
            with pytest.raises(MoreThanYours):
                await act
        assert (await roles.get(store, "weak")).permissions == MODERATE

    in_store(database, work)


def test_permissions_of_a_newer_version_stand_in_nobodys_way(database: str) -> None:
    async def work(store: Store) -> None:
        await roles.create(store, ADMIN, "newer", {*MODERATE, "moon.land"})
        anna = await person(store, "anna", "newer")
        await control.disable(store, ADMIN, anna.id)
        await roles.edit(store, ADMIN, "newer", "newer", MODERATE)

    in_store(database, work)
