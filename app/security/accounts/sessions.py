"""Sessions of people with accounts: the cookie has the key, the store has the rest."""

import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request

from app.config.settings import Settings
from app.security.accounts import emergency
from app.security.accounts.recent import Verifier
from app.security.addresses import client_address
from app.security.origin import SAFE
from app.security.roles import User, known
from app.security.session import session_id
from app.services.accounts import sessions, tries
from app.services.accounts.accounts import Account, unchanged
from app.services.accounts.factors import factors
from app.services.accounts.names import folded
from app.services.accounts.sessions import Limits, Place, Verified
from app.services.accounts.states import SignIn
from app.store.store import Store
from app.text.paths import LIVE

KEY = "key"
KNOWN = "known"  # who has signed in with this browser, and its ID, which outlives sessions
EMERGENCY = "emergency"
SIGNED_OUT = "signed-out"  # until the page to sign in has said so


class BySession:
    """Identifies people by their session."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._limits = limits_of(settings)
        self._verifier = Verifier()

    async def identify(self, request: Request) -> User | None:
        """Return the user whose session this is; None without one, or if it has ended.

        Raises StoreError if the store fails and the session wasn't verified within a minute.
        """
        key = request.session.get(KEY)
        if not isinstance(key, str):
            return None
        store: Store = request.app.state.store
        verify = partial(self._verify, request, store, key)
        acts = request.method not in SAFE
        return await self._verifier.user(store, key, verify, acts=acts)

    async def _verify(self, request: Request, store: Store, key: str) -> User | None:
        verified = await sessions.verify(store, key, self._limits)
        if verified is None or not await self._is_good(request, store, verified):
            return None
        session = verified.session
        stale = datetime.now(UTC) - session.seen >= sessions.SEEN_EVERY
        if stale and request.url.path != LIVE:  # a stream keeps nobody signed in who does nothing
            self._verifier.later(sessions.touch(store, session))
        if verified.account:
            return user_of(verified.account, self._settings, session.id, session.method)
        return emergency.user(self._settings, session.id)

    async def _is_good(self, request: Request, store: Store, verified: Verified) -> bool:
        """Return False for the emergency account if it was turned off, or its password changed."""
        if verified.account:
            return True
        current = emergency.fingerprint(self._settings)
        return request.session.get(EMERGENCY) == current and await emergency.is_on(
            store, self._settings
        )


def limits_of(settings: Settings) -> Limits:
    """Return how long sessions last."""
    return Limits(settings.session_idle, settings.session_lifetime)


def user_of(
    account: Account, settings: Settings, session: int | None = None, method: str = ""
) -> User:
    """Return the user of an account, and of a session that began by `method`; none for a token."""
    held = None if account.permissions is None else known(account.permissions)
    return User(
        account.name,
        account.role,
        settings.read_only,
        held,
        account.id,
        session,
        account.preferences,
        lacks_factor=factors.is_missing(account, method, settings.require_second_factor),
    )


async def begin(
    request: Request,
    account: Account | None,
    method: SignIn,
    sealed: str = "",
    *,
    first: Callable[[AsyncConnection], Awaitable[None]] | None = None,
) -> User:
    """Start a session in this browser, and return its user; None is the emergency account.

    An earlier session of this browser ends, and everything of it is dropped, its ID too (OWASP:
    session fixation). `first` is done in the same transaction. Raises AccountChanged if the account
    was disabled or has another password by now, and StoreError.
    """
    settings: Settings = request.app.state.settings
    place = Place(client_address(request), request.headers.get("user-agent", ""))
    number = account.id if account else None
    store: Store = request.app.state.store
    key = await sessions.start(
        store,
        number,
        method,
        place,
        limits_of(settings),
        sealed,
        former=str(request.session.get(KEY, "")),
        only_if=unchanged(account) if account else None,
        first=first,
    )
    name = account.name if account else settings.admin_username
    known = known_browser(request, name) or secrets.token_urlsafe(16)
    request.session.clear()
    request.session.update({KEY: key, "user": name, KNOWN: [_whose(name), known]})
    if account is None:
        request.session[EMERGENCY] = emergency.fingerprint(settings)
    session_id(request.session)
    return user_of(account, settings) if account else emergency.user(settings)


def known_browser(request: Request, name: str) -> str:
    """Return the ID of this browser if `name` has signed in with it before, or ""."""
    match request.session.get(KNOWN):
        case [whose, str(known)] if whose == _whose(name):
            return known
    return ""


def _whose(name: str) -> str:
    return tries.key("known", folded(name))


async def end(request: Request, user: User) -> None:
    """End the session of this browser, in the store too. Raises StoreError."""
    if user.session is not None:
        await sessions.end(request.app.state.store, user.session, user.account)
    kept = {name: value for name, value in request.session.items() if name == KNOWN}
    request.session.clear()
    request.session.update(kept)


async def end_this(request: Request) -> None:
    """End the session that the cookie names, of any account. Raises StoreError."""
    if isinstance(key := request.session.get(KEY), str):
        await sessions.end_by_key(request.app.state.store, key)
