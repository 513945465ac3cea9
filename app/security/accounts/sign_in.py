"""Sign-in with a name and a password."""

import math
from dataclasses import replace

import structlog
from starlette.requests import Request

from app.config.settings import Settings
from app.errors import Invalid, NotSignedIn, TooManyTries
from app.security.accounts import emergency
from app.security.accounts.sessions import known_browser
from app.security.addresses import client_address, network
from app.security.rate_limit import USER_FACTOR
from app.services.accounts import accounts, tries
from app.services.accounts.accounts import Account
from app.services.accounts.names import folded
from app.services.accounts.passwords import Passwords
from app.store.store import Store

log = structlog.get_logger("sign-in")


class WrongPassword(NotSignedIn):
    """The name or the password is wrong, or the account is disabled: nobody learns which."""

    title = "The name or the password is wrong"
    advice = "Check both, or ask an administrator for a link to reset the password."


async def check_password(request: Request, name: str, password: str) -> Account | None:
    """Return the account whose name and password these are; None is the emergency account.

    An unknown name takes as long as a wrong password. Raises WrongPassword, TooManyTries,
    StoreError.
    """
    settings: Settings = request.app.state.settings
    store: Store = request.app.state.store
    passwords: Passwords = request.app.state.passwords
    passwords.check_queue()  # before the try is counted, and costs the store something
    made = await tries.begin(store, _counted(request, settings, name))
    if made.wait:
        raise TooManyTries(math.ceil(made.wait))
    account = await accounts.by_name(store, name)
    stored = account.password_hash if account and not account.disabled else None
    is_right = await passwords.fits(stored, password)
    is_emergency = emergency.fits(settings, name, password) and await emergency.is_on(
        store, settings
    )
    if not (is_right or is_emergency):
        # never the name as typed: it may be the password, entered in the wrong field
        log.warning("wrong password", address=client_address(request))
        _note(request, account)
        raise WrongPassword(challenge="")
    await tries.forget(store, made)
    if is_emergency:
        return None
    if account and stored and passwords.is_outdated(stored):
        renewed = await passwords.hashed(password)
        await accounts.set_hash(store, account, renewed)
        return replace(account, password_hash=renewed)
    return account


async def check_own_password(request: Request, account: Account, password: str, field: str) -> None:
    """Check the password of the person who is signed in: a stolen session must not change it.

    Raises Invalid about the `field` that it was typed into, TooManyTries, StoreError.
    """
    settings: Settings = request.app.state.settings
    store: Store = request.app.state.store
    key = tries.key("own", str(account.id))
    made = await tries.begin(store, {key: settings.signin_tries_per_minute})
    if made.wait:
        raise TooManyTries(math.ceil(made.wait))
    hashing: Passwords = request.app.state.passwords
    if not await hashing.fits(account.password_hash, password):
        raise Invalid(fields={field: "This isn't your password."})
    await tries.forget(store, made)


def _counted(request: Request, settings: Settings, name: str) -> dict[str, int]:
    """Return what a try is counted under, and how many a minute each may have.

    A browser that has signed in before is counted by its own ID only: nobody else's tries lock it
    out. A session's ID wouldn't do, because each copy of a cookie without a session gets another.
    """
    limit = settings.signin_tries_per_minute
    if known := known_browser(request, name):
        return {tries.key("browser", known): limit}
    address = network(client_address(request))
    return {
        tries.key("address", address): limit,
        tries.key("name", folded(name)): limit * USER_FACTOR,
    }


def _note(request: Request, account: Account | None) -> None:
    """Name the account in the audit, if there is one: what was typed may be a password."""
    if account:
        request.state.audit.user = account.name
        if account.disabled:
            request.state.audit.note(disabled=True)
