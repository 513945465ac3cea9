"""Recovery codes: for people who lost their app or passkey. Each is good once."""

import hashlib
import secrets
from datetime import UTC, datetime

from sqlalchemy import delete, insert, update

from app.errors import Conflict
from app.services.accounts.factors import factors
from app.store.schema import RECOVERY_CODES
from app.store.store import Store

AMOUNT = 10
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # 32 that are hard to confuse
GROUPS, OF = 4, 4  # 80 random bits: such a code needs no slow hash

_columns = RECOVERY_CODES.c


class NoFactor(Conflict):
    """Recovery codes replace a factor, and the account has none."""

    title = "Your account has no second factor"
    advice = "Set up an authenticator app or a passkey first."


async def renew(store: Store, user_id: int, session: int | None = None) -> list[str]:
    """Replace the codes of an account, end its other sessions, and return the new codes.

    They are stored as hashes only, so this is the one time that they can be shown. Raises NoFactor
    and StoreError.
    """
    codes = [_new() for _ in range(AMOUNT)]
    rows = [{"user_id": user_id, "hash": _hashed(user_id, code)} for code in codes]
    async with store.write() as connection:
        await factors.lock_within(connection, user_id)
        if not await factors.clean_within(connection, user_id, session):
            raise NoFactor
        await connection.execute(delete(RECOVERY_CODES).where(_columns.user_id == user_id))
        await connection.execute(insert(RECOVERY_CODES), rows)
    return codes


async def verify(store: Store, user_id: int, code: str) -> bool:
    """Return whether this is an unused code of the account, and use it up. Raises StoreError."""
    claim = (
        update(RECOVERY_CODES)
        .where(
            _columns.user_id == user_id,
            _columns.hash == _hashed(user_id, code),
            _columns.used.is_(None),
        )
        .values(used=datetime.now(UTC))
    )
    async with store.write() as connection:
        return (await connection.execute(claim)).rowcount > 0


def _new() -> str:
    letters = [secrets.choice(ALPHABET) for _ in range(GROUPS * OF)]
    return "-".join("".join(letters[at : at + OF]) for at in range(0, len(letters), OF))


def _hashed(user_id: int, code: str) -> str:
    """Return the hash of a code; case, spaces and dashes don't count."""
    letters = "".join(letter for letter in code.casefold() if letter.isalnum())
    return hashlib.sha256(f"{user_id}\0{letters}".encode("utf-8", "replace")).hexdigest()
