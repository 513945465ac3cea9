"""Authenticator apps, which show another code every 30 s (TOTP, RFC 6238)."""

import hmac
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime

import pyotp
from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.errors import Conflict, Invalid
from app.services.accounts.ages import is_recent
from app.services.accounts.factors import factors
from app.store.schema import AUTHENTICATORS
from app.store.sealing import Sealer, Unreadable
from app.store.store import Store

STEP = 30  # seconds
SKEW = 1  # steps by which the clocks may differ, each way (RFC 6238, 5.2)
DIGITS = 6
SETUP_FOR = 3600  # seconds that a secret is offered

_columns = AUTHENTICATORS.c


class AppPresent(Conflict):
    """The account has an app already."""

    title = "Your account has an authenticator app already"
    advice = "Remove it first to set up another one."


@dataclass(frozen=True, slots=True)
class Setup:
    """A secret that an app is to learn; `sealed` carries it through the form, encrypted."""

    secret: str
    sealed: str

    def address(self, name: str, issuer: str) -> str:
        """Return what the app reads from the QR code (Key URI Format)."""
        return pyotp.TOTP(self.secret).provisioning_uri(name=name, issuer_name=issuer)


def begin(sealer: Sealer, user_id: int) -> Setup:
    """Return a new secret for an account; nothing is stored before its first code is right."""
    secret = pyotp.random_base32()
    return Setup(secret, sealer.seal(json.dumps([user_id, int(time.time()), secret])))


def resumed(sealer: Sealer, user_id: int, sealed: str) -> Setup | None:
    """Return the setup that `begin` returned; None if it is too old, or not this account's."""
    try:
        whose, began, secret = json.loads(sealer.open(sealed))
    except (Unreadable, ValueError):
        return None
    if whose != user_id or not is_recent(began, SETUP_FOR):
        return None
    return Setup(secret, sealed)


async def confirm(
    store: Store, sealer: Sealer, user_id: int, setup: Setup, code: str, session: int | None
) -> None:
    """Store an app whose first code this is, and end the account's other sessions.

    Raises Invalid for a wrong code, AppPresent and StoreError.
    """
    step = _step_of(setup.secret, code)
    if step is None:
        raise Invalid(fields={"code": "This isn't the app's current code. Enter the newest one."})
    now = datetime.now(UTC)
    values = {
        "user_id": user_id,
        "secret": sealer.seal(setup.secret),
        "created": now,
        "confirmed": now,
        "last_step": step,
    }
    async with store.write() as connection:
        await factors.lock_within(connection, user_id)
        try:
            await connection.execute(insert(AUTHENTICATORS).values(values))
        except IntegrityError:
            raise AppPresent from None
        await factors.clean_within(connection, user_id, session)


async def verify(store: Store, sealer: Sealer, user_id: int, code: str) -> bool:
    """Return whether this is a current code of the account's app that wasn't used before.

    The step of its code is claimed, so that of two instances only one accepts it. Raises
    Unreadable and StoreError.
    """
    found = select(_columns.secret).where(_columns.user_id == user_id)
    async with store.read() as connection:
        sealed = (await connection.execute(found.where(_columns.confirmed.is_not(None)))).scalar()
    step = _step_of(sealer.open(sealed), code) if sealed else None
    if step is None:
        return False
    is_newer = or_(_columns.last_step.is_(None), _columns.last_step < step)
    claim = (
        update(AUTHENTICATORS)
        .where(_columns.user_id == user_id, _columns.secret == sealed, is_newer)
        .values(last_step=step)
    )
    async with store.write() as connection:
        return (await connection.execute(claim)).rowcount == 1


async def remove(store: Store, user_id: int, session: int | None) -> None:
    """Remove the app of an account, and end its other sessions. Raises StoreError."""
    async with store.write() as connection:
        await factors.lock_within(connection, user_id)
        await connection.execute(delete(AUTHENTICATORS).where(_columns.user_id == user_id))
        await factors.clean_within(connection, user_id, session)


def _step_of(secret: str, code: str) -> int | None:
    """Return the step whose code this is, of those whose codes are good now; None if none is."""
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=STEP)
    typed = code.encode("utf-8", "replace")
    now = int(time.time()) // STEP
    steps = range(now - SKEW, now + SKEW + 1)
    right = [step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), typed)]
    return right[-1] if right else None
