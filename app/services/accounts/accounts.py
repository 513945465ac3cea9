"""Accounts as the store has them: finding one, and creating one."""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, exists, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import Conflict, NotFound
from app.services import preferences
from app.services.accounts.names import folded, normal
from app.services.preferences import Preferences
from app.store.schema import AUTHENTICATORS, PASSKEYS, ROLES, USERS
from app.store.store import Store

_with_app = exists().where(
    AUTHENTICATORS.c.user_id == USERS.c.id, AUTHENTICATORS.c.confirmed.is_not(None)
)
_with_passkey = exists().where(PASSKEYS.c.user_id == USERS.c.id)
_has_factor = or_(_with_app.correlate(USERS), _with_passkey.correlate(USERS))
HAS_FACTOR = _has_factor.label("has_factor")
COLUMNS = (USERS, ROLES.c.permissions, HAS_FACTOR)  # what `account_of` reads


class NameTaken(Conflict):
    """Another account has this name, or one that looks like it."""

    title = "This name is taken"
    advice = "Choose another name."


class AccountChanged(Conflict):
    """The account was changed while somebody signed in with it, or changed the password too."""

    title = "This account has just been changed"
    advice = "Sign in with the new password, or ask an administrator."


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in.

    `permissions` are those of a role that an administrator made; None for a built-in role.
    With `has_factor`, the password alone doesn't sign in.
    """

    id: int
    name: str
    role: str
    permissions: frozenset[str] | None
    email: str
    handle: str
    password_hash: str | None
    created: datetime
    seen: datetime | None
    disabled: datetime | None
    preferences: Preferences
    has_factor: bool

    @property
    def can_sign_in(self) -> bool:
        """Return False as long as somebody was only invited."""
        return self.password_hash is not None or self.seen is not None


def can_sign_in() -> ColumnElement[bool]:
    """Return the condition for accounts whose people weren't only invited."""
    return or_(USERS.c.password_hash.is_not(None), USERS.c.seen.is_not(None))


def unchanged(account: Account) -> ColumnElement[bool]:
    """Return the condition that the account isn't disabled, and has the same password as then.

    It must also have a second factor if it had one then, and none if it had none.
    """
    same = USERS.c.password_hash.is_not_distinct_from(account.password_hash)
    return USERS.c.disabled.is_(None) & same & (_has_factor if account.has_factor else ~_has_factor)


def query() -> Select[Any]:
    """Return the query of accounts with the permissions of their roles; add a condition."""
    joined = USERS.outerjoin(ROLES, ROLES.c.name == USERS.c.role)
    return select(*COLUMNS).select_from(joined)


def account_of(row: RowMapping) -> Account:
    """Return the account in a row that has COLUMNS, as `query` does."""
    held = row[ROLES.c.permissions]
    return Account(
        id=row[USERS.c.id],
        name=row[USERS.c.name],
        role=row[USERS.c.role],
        permissions=None if held is None else frozenset(json.loads(held)),
        email=row[USERS.c.email],
        handle=row[USERS.c.handle],
        password_hash=row[USERS.c.password_hash],
        created=row[USERS.c.created],
        seen=row[USERS.c.seen],
        disabled=row[USERS.c.disabled],
        preferences=preferences.read(json.loads(row[USERS.c.preferences])),
        has_factor=bool(row[HAS_FACTOR]),
    )


async def by_id(store: Store, number: int) -> Account:
    """Return an account. Raises NotFound and StoreError."""
    found = await _one(store, USERS.c.id == number)
    if found is None:
        raise NotFound("There is no account with this number.")
    return found


async def by_name(store: Store, name: str) -> Account | None:
    """Return the account of this name, or None. Raises StoreError."""
    return await _one(store, USERS.c.folded == folded(name))


async def _one(store: Store, condition: ColumnElement[bool]) -> Account | None:
    async with store.read() as connection:
        row = (await connection.execute(query().where(condition))).mappings().first()
    return account_of(row) if row else None


async def create_within(
    connection: AsyncConnection,
    name: str,
    role: str,
    *,
    password_hash: str | None = None,
    email: str = "",
) -> int:
    """Create an account in a transaction, and return its number. Raises NameTaken."""
    values = {
        "name": normal(name),
        "folded": folded(name),
        "role": role,
        "email": email,
        "handle": secrets.token_hex(32),
        "password_hash": password_hash,
        "created": datetime.now(UTC),
        "preferences": "{}",
    }
    try:
        created = await connection.execute(insert(USERS).values(values).returning(USERS.c.id))
    except IntegrityError:
        raise name_taken(name) from None
    return int(created.scalar_one())


def name_taken(name: str) -> NameTaken:
    """Return the error about a name that another account has."""
    error = NameTaken(f"There is already an account with the name {normal(name)}.")
    error.fields = {"name": "Choose another name."}
    return error


async def create(
    store: Store, name: str, role: str, *, password_hash: str | None = None, email: str = ""
) -> int:
    """Create an account, and return its number. Raises NameTaken and StoreError."""
    async with store.write() as connection:
        return await create_within(connection, name, role, password_hash=password_hash, email=email)


async def set_hash(store: Store, account: Account, password_hash: str) -> None:
    """Store a new hash of the same password, unless it changed meanwhile. Raises StoreError."""
    whose = update(USERS).where(USERS.c.id == account.id, unchanged(account))
    async with store.write() as connection:
        await connection.execute(whose.values(password_hash=password_hash))
