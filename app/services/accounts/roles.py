"""Roles that administrators made: named sets of permissions; the built-in ones can't be changed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import Conflict, NotFound
from app.services.accounts.accounts import NameTaken
from app.services.accounts.names import folded, normal
from app.services.accounts.powers import Powers, changing, role_permissions
from app.services.audit.writing import storable
from app.store.schema import ROLES, USERS
from app.store.store import Store

LONGEST = 64  # characters of a name


class RoleInUse(Conflict):
    """Somebody has the role."""

    title = "Somebody has this role"
    advice = "Nothing was deleted. Give them another role first."


@dataclass(frozen=True, slots=True)
class OwnRole:
    """A role that an administrator made, and how many accounts have it."""

    name: str
    permissions: frozenset[str]
    created: datetime
    users: int


async def listed(store: Store) -> Sequence[OwnRole]:
    """Return all roles that administrators made, by name. Raises StoreError."""
    async with store.read() as connection:
        rows = (await connection.execute(_query().order_by(ROLES.c.name))).all()
    return [OwnRole(row.name, _held(row.permissions), row.created, row.users) for row in rows]


async def users_of(store: Store) -> dict[str, int]:
    """Return how many accounts have each role, by its name. Raises StoreError."""
    query = select(USERS.c.role, func.count()).group_by(USERS.c.role)
    async with store.read() as connection:
        rows = (await connection.execute(query)).all()
    return {row[0]: row[1] for row in rows}


async def get(store: Store, name: str) -> OwnRole:
    """Return a role that an administrator made. Raises NotFound and StoreError."""
    named = _query().where(ROLES.c.name == storable(name))
    async with store.read() as connection:
        row = (await connection.execute(named)).first()
    if row is None:
        raise _none(name)
    return OwnRole(row.name, _held(row.permissions), row.created, row.users)


async def create(store: Store, powers: Powers, name: str, permissions: Iterable[str]) -> None:
    """Create a role. Raises NameTaken, MoreThanYours and StoreError."""
    given = frozenset(permissions)
    powers.check(given, "The role")
    async with changing(store) as connection:
        await _check_name(connection, powers, name)
        await _insert(connection, name, given)


async def edit(
    store: Store, powers: Powers, old: str, name: str, permissions: Iterable[str]
) -> frozenset[str]:
    """Change a role, also for those who have it, and return the permissions that it had.

    Raises NotFound, NameTaken, MoreThanYours and StoreError.
    """
    given = frozenset(permissions)
    powers.check(given, "The role")
    async with changing(store) as connection:
        before = await _editable(connection, powers, old)
        if normal(name) == old:
            changed = update(ROLES).where(ROLES.c.name == old)
            await connection.execute(changed.values(permissions=_written(given)))
            return before
        if folded(name) != folded(old):
            await _check_name(connection, powers, name)
        created = select(ROLES.c.created).where(ROLES.c.name == old)
        await _insert(connection, name, given, (await connection.execute(created)).scalar_one())
        theirs = update(USERS).where(USERS.c.role == old)
        await connection.execute(theirs.values(role=normal(name)))
        await connection.execute(delete(ROLES).where(ROLES.c.name == old))
        return before


async def remove(store: Store, powers: Powers, name: str) -> frozenset[str]:
    """Delete a role that nobody has, and return its permissions.

    Raises NotFound, RoleInUse, MoreThanYours and StoreError.
    """
    async with changing(store) as connection:
        before = await _editable(connection, powers, name)
        counted = select(func.count()).select_from(USERS).where(USERS.c.role == name)
        if users := (await connection.execute(counted)).scalar_one():
            have = "account has" if users == 1 else "accounts have"
            raise RoleInUse(f"{users:,} {have} the role {name}.")
        await connection.execute(delete(ROLES).where(ROLES.c.name == name))
        return before


def name_problem(name: str) -> str | None:
    """Return why a role can't have this name, or None."""
    if not normal(name):
        return "This field is required."
    if len(normal(name)) > LONGEST:
        return f"Use at most {LONGEST} characters."
    if not normal(name).isprintable():
        return "A name can't contain control characters or line breaks."
    return None


async def _editable(connection: AsyncConnection, powers: Powers, name: str) -> frozenset[str]:
    permissions = None
    if name not in powers.built_in:
        permissions = await role_permissions(connection, powers, name)
    if permissions is None:
        raise _none(name)
    powers.check(permissions, f"The role {name}")
    return permissions


async def _check_name(connection: AsyncConnection, powers: Powers, name: str) -> None:
    others = [*powers.built_in, *(await connection.execute(select(ROLES.c.name))).scalars()]
    if folded(name) in map(folded, others):
        error = NameTaken(f"There is already a role with the name {normal(name)}.")
        error.fields = {"name": "Choose another name."}
        raise error


async def _insert(
    connection: AsyncConnection,
    name: str,
    permissions: frozenset[str],
    created: datetime | None = None,
) -> None:
    values = {
        "name": normal(name),
        "permissions": _written(permissions),
        "created": created or datetime.now(UTC),
    }
    await connection.execute(insert(ROLES).values(values))


def _query() -> Select[tuple[str, str, datetime, int]]:
    theirs = select(func.count()).select_from(USERS).where(USERS.c.role == ROLES.c.name)
    users = theirs.scalar_subquery().label("users")
    return select(ROLES.c.name, ROLES.c.permissions, ROLES.c.created, users)


def _held(text: str) -> frozenset[str]:
    return frozenset(json.loads(text))


def _written(permissions: frozenset[str]) -> str:
    return json.dumps(sorted(permissions))


def _none(name: str) -> NotFound:
    return NotFound(f"There is no role with the name {name} that an administrator made.")
