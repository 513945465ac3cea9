"""Sessions of people with accounts: the cookie has the key, the store has the rest."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request

from app.config.settings import Settings
from app.security.accounts import emergency
from app.security.addresses import client_address
from app.security.roles import User, known
from app.security.session import session_id
from app.services.accounts import sessions, tries
from app.services.accounts.accounts import Account
from app.services.accounts.names import folded
from app.services.accounts.sessions import Limits, Place, Verified
from app.services.accounts.states import SignIn
from app.store.errors import StoreError
from app.store.store import Store

KEY = "key"
KNOWN = "known"  # whose tries are counted apart in this browser
EMERGENCY = "emergency"
GRACE = 60.0  # seconds for which a verified session is good while the store fails
PATIENCE = 1.0  # seconds that a page waits for the store if there is such a session
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Recent:
    """Who a session belonged to when the store was last asked."""

    user: User
    at: float


class BySession:
    """Identifies people by their session.

    The store is asked with each request, so that a revoked session ends immediately. Only while it
    fails, a session that was good less than a minute ago still opens pages: those of LiveKit must
    open during an outage of the dashboard's own database.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._limits = limits_of(settings)
        self._recent: OrderedDict[str, Recent] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    async def identify(self, request: Request) -> User | None:
        """Return the user whose session this is; None without one, or if it has ended.

        Raises StoreError if the store fails and the session wasn't verified within a minute.
        """
        key = request.session.get(KEY)
        if not isinstance(key, str):
            return None
        store: Store = request.app.state.store
        recent = self._recent_of(key)
        if recent and store.failing:
            return recent.user
        try:
            async with asyncio.timeout(PATIENCE if recent else None):
                verified = await sessions.verify(store, key, self._limits)
                is_good = verified and await self._is_good(request, store, verified)
        except (StoreError, TimeoutError):
            if recent:
                return recent.user
            raise
        if verified and is_good:
            return self._found(store, key, verified)
        self._recent.pop(key, None)
        return None

    async def _is_good(self, request: Request, store: Store, verified: Verified) -> bool:
        """Return False for the emergency account if it was turned off, or its password changed."""
        if verified.account:
            return True
        current = emergency.fingerprint(self._settings)
        return request.session.get(EMERGENCY) == current and await emergency.is_on(
            store, self._settings
        )

    def _found(self, store: Store, key: str, verified: Verified) -> User:
        session = verified.session
        if verified.account:
            user = user_of(verified.account, self._settings, session.id)
        else:
            user = emergency.user(self._settings, session.id)
        self._recent[key] = Recent(user, time.monotonic())
        self._recent.move_to_end(key)
        if len(self._recent) > MOST:
            self._recent.popitem(last=False)
        if datetime.now(UTC) - session.seen >= sessions.SEEN_EVERY:
            self._later(_touched(store, session))
        return user

    def _recent_of(self, key: str) -> Recent | None:
        recent = self._recent.get(key)
        return recent if recent and time.monotonic() - recent.at < GRACE else None

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def limits_of(settings: Settings) -> Limits:
    """Return how long sessions last."""
    return Limits(settings.session_idle, settings.session_lifetime)


def user_of(account: Account, settings: Settings, session: int | None = None) -> User:
    """Return the signed-in user of an account."""
    held = None if account.permissions is None else known(account.permissions)
    return User(
        account.name,
        account.role,
        settings.read_only,
        held,
        account.id,
        session,
        account.preferences,
    )


async def begin(
    request: Request, account: Account | None, method: SignIn, sealed: str = ""
) -> User:
    """Start a session in this browser, and return its user; None is the emergency account.

    Everything of an earlier session is dropped, its ID too (OWASP: session fixation).
    Raises StoreError.
    """
    settings: Settings = request.app.state.settings
    place = Place(client_address(request), request.headers.get("user-agent", ""))
    number = account.id if account else None
    store: Store = request.app.state.store
    key = await sessions.start(store, number, method, place, limits_of(settings), sealed)
    name = account.name if account else settings.admin_username
    request.session.clear()
    request.session.update({KEY: key, "user": name, KNOWN: tries.key("known", folded(name))})
    if account is None:
        request.session[EMERGENCY] = emergency.fingerprint(settings)
    session_id(request.session)
    return user_of(account, settings) if account else emergency.user(settings)


async def end(request: Request, user: User) -> None:
    """End the session of this browser, in the store too. Raises StoreError."""
    if user.session is not None:
        await sessions.end(request.app.state.store, user.session, user.account)
    kept = {name: value for name, value in request.session.items() if name == KNOWN}
    request.session.clear()
    request.session.update(kept)


async def _touched(store: Store, session: sessions.Session) -> None:
    try:
        await sessions.touch(store, session)
    except StoreError:
        return  # the log has it already; the next request tries again
