"""The table of permissions is complete, and built-in roles have what their permissions need."""

import pytest

from app.labels.permissions import ALWAYS, BY_NAME, PERMISSIONS
from app.security.roles import READING, ROLES, Permission


def test_every_permission_is_explained_once() -> None:
    names = [name for group in PERMISSIONS.values() for name in group]
    assert sorted(names) == sorted(Permission)
    assert len({each.title for each in BY_NAME.values()}) == len(BY_NAME)


@pytest.mark.parametrize("permission", list(Permission))
def test_an_explanation_is_a_sentence(permission: Permission) -> None:
    each = BY_NAME[permission]
    assert each.meaning.endswith(".")
    assert each.title[0].isupper()
    assert not each.needs or Permission(each.needs) in READING
    assert not (each.needs and permission in READING)


@pytest.mark.parametrize("role", ROLES)
def test_a_built_in_role_has_what_its_permissions_need(role: str) -> None:
    assert ALWAYS in ROLES[role]
    needed = {BY_NAME[permission].needs for permission in ROLES[role]} - {""}
    assert needed <= ROLES[role]
