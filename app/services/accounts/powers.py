"""What somebody who manages accounts may give away: nobody gives more than they have.

It is checked in the transaction that changes something, because roles change meanwhile.
"""

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import Conflict, Invalid, NotAllowed, NotFound
from app.services.accounts.accounts import Account, account_of, can_sign_in, query
from app.services.audit.writing import storable
from app.store.schema import ROLES, USERS
from app.store.store import Store

LOCK = "accounts"
ADMIN = "admin"  # the built-in role of administrators


class MoreThanYours(NotAllowed):
    """The role, or the account, has permissions that the person who acts lacks."""

    title = "This is more than your own role permits"
    advice = "Nothing was changed. Ask somebody who has these permissions."


class LastAdministrator(Conflict):
    """Nobody else could manage the dashboard afterwards."""

    title = "This is the last administrator"
    advice = "Nothing was changed. Give somebody else the role admin first."


@dataclass(frozen=True, slots=True)
class Powers:
    """The permissions that somebody holds, and those of each built-in role.

    `emergency` is the name of the emergency account, which no other may have.
    """

    held: frozenset[str]
    built_in: Mapping[str, frozenset[str]]
    emergency: str

    def missing(self, permissions: Iterable[str]) -> list[str]:
        """Return which of the permissions somebody lacks; those of newer versions don't count."""
        known = frozenset[str]().union(*self.built_in.values())
        return sorted((frozenset(permissions) & known) - self.held)

    def check(self, permissions: Iterable[str], what: str) -> None:
        """Raise MoreThanYours if `what` has permissions that somebody lacks."""
        if missing := self.missing(permissions):
            raise MoreThanYours(f"{what} has permissions that you lack: {', '.join(missing)}.")


@asynccontextmanager
async def changing(store: Store) -> AsyncIterator[AsyncConnection]:
    """Open a transaction beside which no other one changes accounts or roles."""
    async with store.write() as connection:
        await connection.run_sync(store.dialect.lock_rows_of, LOCK)
        yield connection


async def role_permissions(
    connection: AsyncConnection, powers: Powers, role: str
) -> frozenset[str] | None:
    """Return the permissions of a role; None if there is no such role."""
    if role in powers.built_in:
        return powers.built_in[role]
    found = select(ROLES.c.permissions).where(ROLES.c.name == storable(role))
    held = (await connection.execute(found)).scalar()
    return None if held is None else frozenset(json.loads(held))


async def check_role(connection: AsyncConnection, powers: Powers, role: str) -> None:
    """Check that somebody may give the role. Raises Invalid and MoreThanYours."""
    permissions = await role_permissions(connection, powers, role)
    if permissions is None:
        raise Invalid(fields={"role": "There is no such role. It may have just been deleted."})
    powers.check(permissions, f"The role {role}")


async def target(connection: AsyncConnection, powers: Powers, number: int) -> Account:
    """Return an account that somebody may change. Raises NotFound and MoreThanYours."""
    row = (await connection.execute(query().where(USERS.c.id == number))).mappings().first()
    if row is None:
        raise NotFound("There is no account with this number.")
    account = account_of(row)
    held = powers.built_in.get(account.role, frozenset())
    powers.check(account.permissions or held, account.name)
    return account


async def check_others(connection: AsyncConnection, account: Account) -> None:
    """Check that there is an administrator besides this one. Raises LastAdministrator.

    Who was only invited doesn't count: nobody can sign in with such an account yet.
    """
    if account.role != ADMIN or account.disabled or not account.can_sign_in:
        return
    others = (USERS.c.role == ADMIN) & USERS.c.disabled.is_(None) & (USERS.c.id != account.id)
    counted = select(func.count()).select_from(USERS).where(others, can_sign_in())
    if not (await connection.execute(counted)).scalar_one():
        raise LastAdministrator(f"Without {account.name}, nobody could manage accounts.")
