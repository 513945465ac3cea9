"""Challenges of passkeys: for this site only, in this browser only, good once and briefly."""

import ipaddress
import math
import secrets
import time
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from starlette.requests import Request

from app.config.settings import Settings
from app.errors import Conflict, NotSignedIn, TooManyTries
from app.security import origin
from app.security.addresses import client_address, network
from app.services.accounts import tries
from app.services.accounts.accounts import Account
from app.services.accounts.factors import passkeys
from app.services.accounts.factors.ceremonies import TIMEOUT_MS, Site
from app.store.store import Store

KEY = "challenge"
LIFETIME = TIMEOUT_MS // 1000  # seconds


class Purpose(StrEnum):
    """What a challenge is for: an answer to one is good for nothing else."""

    SIGN_IN = "sign-in"
    SECOND = "second"
    CONFIRM = "confirm"
    REGISTER = "register"


class ChallengeExpired(Conflict):
    """The browser answered too late, or twice, or to what it wasn't asked."""

    title = "The request for a passkey has expired"
    advice = "Nothing was changed. Try again."


class NoPasskeys(Conflict):
    """Browsers offer no passkeys at this address."""

    title = "Passkeys don't work at this address"
    advice = "Open the dashboard over HTTPS by a host name, or by localhost on the same machine."


class PasskeyRefused(NotSignedIn):
    """The passkey is unknown, or its answer isn't right: nobody learns which."""

    title = "The passkey was not accepted"
    advice = "Try again, or sign in another way."


def site_of(request: Request) -> Site | None:
    """Return the site that passkeys are for; None if browsers offer none at this address.

    It is the host of the address that the browser opened, as TRUSTED_PROXIES report it. Browsers
    have passkeys for names only, not for IP addresses, and only over HTTPS or on the same machine.
    """
    settings: Settings = request.app.state.settings
    host = (request.url.hostname or "").lower()
    origins = origin.own(request, settings)
    is_local = host == "localhost" or host.endswith(".localhost")
    if (
        not host
        or _is_address(host)
        or not (is_local or any(o.startswith("https:") for o in origins))
    ):
        return None
    return Site(host, settings.dashboard_name or "LiveKit Dashboard", tuple(sorted(origins)))


def site(request: Request) -> Site:
    """Return the site that passkeys are for. Raises NoPasskeys if browsers offer none here."""
    found = site_of(request)
    if found is None:
        raise NoPasskeys
    return found


def begin(request: Request, purpose: Purpose) -> bytes:
    """Return a new challenge, which this browser's cookie has from then on."""
    challenge = secrets.token_urlsafe(32)
    until = int(time.time()) + LIFETIME
    request.session[KEY] = [purpose, challenge, until]
    return challenge.encode()


async def take(request: Request, purpose: Purpose) -> bytes:
    """Return the challenge of this browser, which is then used up, also in copies of its cookie.

    Raises ChallengeExpired and StoreError.
    """
    match request.session.pop(KEY, None):
        case [str(kind), str(text), int(until)] if kind == purpose and time.time() < until:
            moment = datetime.now(UTC) + timedelta(seconds=LIFETIME)
            if await tries.once(request.app.state.store, tries.key(KEY, text), moment):
                return text.encode()
    raise ChallengeExpired


async def check(
    request: Request, purpose: Purpose, answer: str, account: Account | None = None
) -> Account:
    """Return the account whose passkey signed this browser's challenge; `account`, if given.

    Raises PasskeyRefused, ChallengeExpired, TooManyTries and StoreError.
    """
    settings: Settings = request.app.state.settings
    store: Store = request.app.state.store
    challenge = await take(request, purpose)
    kind, name = ("passkey", str(account.id)) if account else ("address", _network(request))
    made = await tries.begin(store, {tries.key(kind, name): settings.signin_tries_per_minute})
    if made.wait:
        raise TooManyTries(math.ceil(made.wait))
    verified = purpose is not Purpose.SECOND
    owner = await passkeys.verify(
        store, site(request), challenge, answer, account, verified=verified
    )
    if owner is None:
        raise PasskeyRefused(challenge="")
    await tries.forget(store, made)
    return owner


def _network(request: Request) -> str:
    return network(client_address(request))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
