"""Second factors of an account, all kinds together: what it has, and removing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import Conflict
from app.services.accounts.accounts import HAS_FACTOR, Account
from app.services.accounts.sessions import end_all_within
from app.services.accounts.states import SignIn
from app.store.schema import AUTHENTICATORS, IDENTITIES, PASSKEYS, RECOVERY_CODES, USERS
from app.store.store import Store

# Whoever signs in elsewhere proves there who they are, with as many factors as it takes there.
ELSEWHERE = frozenset({SignIn.OIDC, SignIn.PROXY})


class LastWayIn(Conflict):
    """Without this, nobody could sign in to the account any more."""

    title = "This is the only way to sign in to your account"


@dataclass(frozen=True, slots=True)
class Factors:
    """What an account has besides its password; `app` is when its app was confirmed."""

    app: datetime | None
    passkeys: int
    codes: int  # recovery codes that are still good

    @property
    def any(self) -> bool:
        """Return whether a password alone doesn't sign in."""
        return self.app is not None or self.passkeys > 0


async def of(store: Store, user_id: int) -> Factors:
    """Return the factors of an account. Raises StoreError."""
    unused = RECOVERY_CODES.c.used.is_(None)
    found = select(
        select(AUTHENTICATORS.c.confirmed)
        .where(AUTHENTICATORS.c.user_id == user_id)
        .scalar_subquery()
        .label("app"),
        _count(PASSKEYS, user_id).label("passkeys"),
        _count(RECOVERY_CODES, user_id, unused).label("codes"),
    )
    async with store.read() as connection:
        row = (await connection.execute(found)).one()
    return Factors(row.app, row.passkeys, row.codes)


def is_missing(account: Account, method: str, required: Sequence[str]) -> bool:
    """Return whether somebody has to set up a factor before anything else.

    `method` is how the person signed in; people who sign in elsewhere aren't asked. `required` are
    the names of roles in REQUIRE_SECOND_FACTOR, in which case doesn't count.
    """
    if account.has_factor or method in ELSEWHERE:
        return False
    return account.role.casefold() in {name.casefold() for name in required}


async def lock_within(connection: AsyncConnection, user_id: int) -> str | None:
    """Let no other transaction change this account's ways to sign in beside this one.

    Returns the hash of its password, if it has one.
    """
    unchanged = update(USERS).where(USERS.c.id == user_id).values(disabled=USERS.c.disabled)
    locked = await connection.execute(unchanged.returning(USERS.c.password_hash))
    password_hash: str | None = locked.scalar()
    return password_hash


async def clean_within(connection: AsyncConnection, user_id: int, session: int | None) -> bool:
    """Complete a change of factors; return whether the account still has one.

    Ends all sessions but the one that changed them, and drops recovery codes if no factor is left.
    """
    found = select(HAS_FACTOR).select_from(USERS).where(USERS.c.id == user_id)
    has_factor = bool((await connection.execute(found)).scalar())
    if not has_factor:
        codes = delete(RECOVERY_CODES).where(RECOVERY_CODES.c.user_id == user_id)
        await connection.execute(codes)
    await end_all_within(connection, user_id, session)
    return has_factor


async def remove_password(store: Store, user_id: int, session: int | None) -> None:
    """Let an account sign in with its passkeys only; its other sessions end.

    Raises LastWayIn without a passkey, and StoreError.
    """
    async with store.write() as connection:
        await lock_within(connection, user_id)
        if not await _held(connection, PASSKEYS, user_id):
            raise LastWayIn(advice="Add a passkey first.")
        without = update(USERS).where(USERS.c.id == user_id).values(password_hash=None)
        await connection.execute(without)
        await clean_within(connection, user_id, session)


async def check_way_in(connection: AsyncConnection, user_id: int, password: str | None) -> None:
    """Check that an account without a password has a passkey or a provider. Raises LastWayIn."""
    if password is not None or await _held(connection, PASSKEYS, user_id):
        return
    if not await _held(connection, IDENTITIES, user_id):
        raise LastWayIn(
            "Your account has no password, and this is its last passkey.",
            advice="Add another passkey first, or ask an administrator for a link to set a "
            "password.",
        )


async def reset(store: Store, user_id: int) -> None:
    """Remove all factors of somebody who lost them, and end all sessions. Raises StoreError."""
    async with store.write() as connection:
        await reset_within(connection, user_id)


async def reset_within(connection: AsyncConnection, user_id: int) -> int:
    """Do the same in a transaction; return how many sessions ended.

    The password stays as it is. An account without one needs a link to set one.
    """
    for table in (AUTHENTICATORS, PASSKEYS, RECOVERY_CODES):
        await connection.execute(delete(table).where(table.c.user_id == user_id))
    return await end_all_within(connection, user_id)


def _count(table: Table, user_id: int, condition: ColumnElement[bool] | None = None) -> Any:
    counted = select(func.count()).select_from(table).where(table.c.user_id == user_id)
    return (counted if condition is None else counted.where(condition)).scalar_subquery()


async def _held(connection: AsyncConnection, table: Table, user_id: int) -> bool:
    found = select(exists().where(table.c.user_id == user_id))
    return bool((await connection.execute(found)).scalar())
