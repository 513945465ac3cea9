"""The second step of signing in: after the password, a code of the app or a passkey."""

import hashlib
import math
import time
from datetime import timedelta

from starlette.requests import Request

from app.errors import NotFound, NotSignedIn, TooManyTries
from app.security.accounts import sessions
from app.security.accounts.sessions import KNOWN
from app.security.roles import User
from app.security.session import session_id
from app.services.accounts import accounts, tries
from app.services.accounts.accounts import Account
from app.services.accounts.factors import authenticators, recovery
from app.services.accounts.factors.authenticators import DIGITS
from app.services.accounts.states import SignIn
from app.store.store import Store
from app.text.paths import SIGN_IN

KEY = "pending"
LIFETIME = 600  # seconds between the password and the second factor
# A code has a million possibilities, and three are good at any moment.
CODES = 10
WINDOW = timedelta(minutes=15)


class StepExpired(NotSignedIn):
    """The password was entered too long ago, or has changed since."""

    title = "Your sign-in has expired"
    advice = "Start again with your name and password."

    def __init__(self) -> None:
        super().__init__(challenge="")
        self.links = (("Sign in", SIGN_IN),)


class WrongCode(NotSignedIn):
    """The code is wrong, was used before, or is too old: nobody learns which."""

    title = "The code is wrong"
    advice = "Enter the newest code of your app, or a recovery code that you haven't used."


class TooManyCodes(TooManyTries):
    """No more codes are accepted for a while."""

    title = "Too many wrong codes"

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.reason = "Codes are paused for this account after too many wrong ones."
        self.advice = f"Wait {math.ceil(seconds / 60)} min, or use a passkey."


async def begin_or_ask(request: Request, account: Account | None, method: SignIn) -> User | None:
    """Start a session after the password was right, and return its user.

    Returns None if the account has a second factor, for which the browser then has to be asked; an
    earlier session of this browser ends all the same. Without an account, it is the emergency
    account, which has none. Raises AccountChanged and StoreError.
    """
    if account is None or not account.has_factor:
        return await sessions.begin(request, account, method)
    await sessions.end_this(request)
    known = request.session.get(KNOWN)
    request.session.clear()
    if known:
        request.session[KNOWN] = known
    until = int(time.time()) + LIFETIME
    request.session[KEY] = [account.id, _fingerprint(account), until]
    session_id(request.session)
    return None


async def waiting(request: Request) -> Account:
    """Return the account whose password was right in this browser, and whose factor is awaited.

    Raises StepExpired and StoreError.
    """
    match request.session.get(KEY):
        case [int(number), str(fingerprint), int(until)] if time.time() < until:
            try:
                account = await accounts.by_id(request.app.state.store, number)
            except NotFound:
                raise StepExpired from None
            if not account.disabled and _fingerprint(account) == fingerprint:
                return account
    raise StepExpired


async def check_code(request: Request, account: Account, code: str) -> bool:
    """Accept a code of the account's app, or one of its recovery codes, which returns True.

    Raises WrongCode, TooManyCodes, and StoreError.
    """
    store: Store = request.app.state.store
    digits = "".join(code.split())
    is_recovery = not (digits.isdecimal() and len(digits) == DIGITS)
    counted = tries.key("recovery" if is_recovery else "code", str(account.id))
    made = await tries.begin(store, {counted: CODES}, WINDOW)
    if made.wait:
        raise TooManyCodes(math.ceil(made.wait))
    if is_recovery:
        is_right = await recovery.verify(store, account.id, code)
    else:
        sealer = request.app.state.sealer
        is_right = await authenticators.verify(store, sealer, account.id, digits)
    if not is_right:
        raise WrongCode(challenge="")
    await tries.forget(store, made)
    return is_recovery


def _fingerprint(account: Account) -> str:
    """Return what changes with the password: what was begun with the old one ends with it."""
    return hashlib.sha256((account.password_hash or "").encode()).hexdigest()[:32]
