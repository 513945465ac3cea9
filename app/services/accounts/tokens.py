"""Tokens of programs: each acts for one account. Only its hash is stored."""

import json
import re
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import Conflict, NotFound
from app.services.accounts.accounts import COLUMNS, Account, account_of
from app.services.accounts.sessions import SEEN_EVERY as USED_EVERY
from app.services.accounts.sessions import hashed as hashed
from app.store.schema import ROLES, TOKENS, USERS
from app.store.store import Store

PREFIX = "lkd_"
LENGTH = 40  # characters after the prefix: 238 bits
FORM = re.compile(rf"{PREFIX}[A-Za-z0-9]{{{LENGTH}}}")
LONGEST_NAME = 100
MOST = 100  # tokens of one account
KEPT = timedelta(days=90)  # how long the row of a token stays that is no longer good

_columns = TOKENS.c


class TooManyTokens(Conflict):
    """The account has as many tokens as it may have."""

    title = "Too many tokens"
    advice = "Revoke tokens that are no longer used, then try again."


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret; `hint` are its last characters.

    `permissions` are None for all that its owner has. `expires` is None for never.
    """

    id: int
    user_id: int
    owner: str
    name: str
    hint: str
    permissions: frozenset[str] | None
    created: datetime
    expires: datetime | None
    revoked: datetime | None
    used: datetime | None
    used_address: str

    def is_good(self, now: datetime) -> bool:
        """Return whether it may be used."""
        return self.revoked is None and (self.expires is None or self.expires > now)


@dataclass(frozen=True, slots=True)
class Verified:
    """A token that is good, and the account it acts for."""

    token: Token
    account: Account


async def create(
    store: Store,
    user_id: int,
    name: str,
    permissions: Sequence[str] | None,
    lifetime: timedelta | None,
) -> tuple[int, str]:
    """Create a token, and return its number and the token itself, which nobody can read again.

    `permissions` are None for all that its owner has, `lifetime` is None for a token that never
    expires. Raises TooManyTokens, StoreError.
    """
    letters = string.ascii_letters + string.digits
    secret = PREFIX + "".join(secrets.choice(letters) for _ in range(LENGTH))
    now = datetime.now(UTC)
    values = {
        "user_id": user_id,
        "name": name,
        "hash": hashed(secret),
        "hint": secret[-4:],
        "permissions": None if permissions is None else json.dumps(sorted(permissions)),
        "created": now,
        "expires": None if lifetime is None else now + lifetime,
        "used_address": "",
    }
    async with store.write() as connection:
        await connection.execute(delete(TOKENS).where(_over(now - KEPT)))
        if await _count(connection, user_id, now) >= MOST:
            raise TooManyTokens(f"An account has at most {MOST} tokens.")
        added = await connection.execute(insert(TOKENS).values(values).returning(_columns.id))
        return int(added.scalar_one()), secret


async def verify(store: Store, secret: str) -> Verified | None:
    """Return a token and its account, by one read.

    None for an unknown, revoked or expired one, and if its account is disabled.
    """
    joined = TOKENS.join(USERS, USERS.c.id == _columns.user_id).outerjoin(
        ROLES, ROLES.c.name == USERS.c.role
    )
    query = select(TOKENS, *COLUMNS).select_from(joined).where(_columns.hash == hashed(secret))
    async with store.read() as connection:
        row = (await connection.execute(query)).mappings().first()
    if row is None:
        return None
    token, account = _token(row), account_of(row)
    is_good = token.is_good(datetime.now(UTC)) and not account.disabled
    return Verified(token, account) if is_good else None


async def touch(store: Store, token: Token, address: str) -> None:
    """Write when and from where a token was used. Raises StoreError."""
    values = {"used": datetime.now(UTC), "used_address": address[:64]}
    async with store.write() as connection:
        await connection.execute(update(TOKENS).where(_columns.id == token.id).values(values))


def is_stale(token: Token) -> bool:
    """Return whether the last use is so long ago that it should be written again."""
    return token.used is None or datetime.now(UTC) - token.used >= USED_EVERY


async def listed(store: Store, user_id: int | None = None) -> list[Token]:
    """Return the tokens that weren't revoked, of one account or of all, the newest first."""
    query = _query().where(_columns.revoked.is_(None)).order_by(_columns.id.desc())
    if user_id is not None:
        query = query.where(_columns.user_id == user_id)
    async with store.read() as connection:
        return [_token(row) for row in (await connection.execute(query)).mappings()]


async def get(store: Store, number: int, user_id: int | None = None) -> Token:
    """Return a token that wasn't revoked. Raises NotFound, also for one of another account."""
    query = _query().where(_columns.id == number, _columns.revoked.is_(None))
    if user_id is not None:
        query = query.where(_columns.user_id == user_id)
    async with store.read() as connection:
        row = (await connection.execute(query)).mappings().first()
    if row is None:
        raise NotFound(f"There is no token {number}.", advice="It may have been revoked already.")
    return _token(row)


async def revoke(store: Store, number: int, user_id: int | None = None) -> bool:
    """Revoke a token for good; return whether it was there and not revoked yet."""
    condition = (_columns.id == number) & _columns.revoked.is_(None)
    if user_id is not None:
        condition &= _columns.user_id == user_id
    async with store.write() as connection:
        changed = update(TOKENS).where(condition).values(revoked=datetime.now(UTC))
        return (await connection.execute(changed)).rowcount > 0


def _query() -> Any:
    return select(TOKENS, USERS.c.name).select_from(
        TOKENS.join(USERS, USERS.c.id == _columns.user_id)
    )


def _over(moment: datetime) -> ColumnElement[bool]:
    return or_(_columns.revoked <= moment, _columns.expires <= moment)


async def _count(connection: AsyncConnection, user_id: int, now: datetime) -> int:
    good = (
        (_columns.user_id == user_id)
        & _columns.revoked.is_(None)
        & or_(_columns.expires.is_(None), _columns.expires > now)
    )
    counted = await connection.execute(select(func.count()).select_from(TOKENS).where(good))
    return int(counted.scalar_one())


def _token(row: RowMapping) -> Token:
    held = row[_columns.permissions]
    return Token(
        id=row[_columns.id],
        user_id=row[_columns.user_id],
        owner=row[USERS.c.name],
        name=row[_columns.name],
        hint=row[_columns.hint],
        permissions=None if held is None else frozenset(json.loads(held)),
        created=row[_columns.created],
        expires=row[_columns.expires],
        revoked=row[_columns.revoked],
        used=row[_columns.used],
        used_address=row[_columns.used_address],
    )
