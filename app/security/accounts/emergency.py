"""The emergency account: ADMIN_USERNAME and ADMIN_PASSWORD, which work whatever the store has."""

import hashlib
import hmac
import unicodedata

from sqlalchemy import func, select
from starlette.requests import Request

from app.config.settings import Settings
from app.errors import NotSignedIn
from app.security.basic_auth import CHALLENGE, BasicAuth
from app.security.roles import Role, User
from app.services.accounts.accounts import can_sign_in
from app.store.schema import USERS
from app.store.store import Store

TURNED_OFF = "The emergency account is turned off (EMERGENCY_ADMIN)."


class EmergencyBasic:
    """Identifies the emergency account by HTTP Basic; the store need not respond for it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._basic = BasicAuth(settings)

    async def identify(self, request: Request) -> User | None:
        """Return the administrator if name and password are right; None without credentials.

        Raises NotSignedIn, also while the account is turned off, or TooManyTries.
        """
        user = await self._basic.identify(request)
        if user and not await is_on(request.app.state.store, self._settings):
            raise NotSignedIn(TURNED_OFF, challenge=CHALLENGE)
        return user


async def is_on(store: Store, settings: Settings) -> bool:
    """Return whether the emergency account may sign in.

    EMERGENCY_ADMIN=false takes effect once there is another administrator, who has a password or
    has signed in, so that nobody can lock everybody out. Raises StoreError only with that setting.
    """
    return settings.emergency_admin or not await _other_administrators(store)


def fits(settings: Settings, name: str, password: str) -> bool:
    """Return whether these are the emergency account's name and password, in constant time."""
    secret = settings.admin_password.get_secret_value()
    right_name = hmac.compare_digest(_digest(name.strip()), _digest(settings.admin_username))
    return right_name & hmac.compare_digest(_digest(password), _digest(secret))


def user(settings: Settings, session: int | None = None) -> User:
    """Return the administrator as a signed-in user."""
    return User(settings.admin_username, Role.ADMIN, settings.read_only, session=session)


def fingerprint(settings: Settings) -> str:
    """Return what changes with the account's name or password: its sessions end with it."""
    secret = settings.session_secret[0].get_secret_value().encode()
    given = f"{settings.admin_username}\0{settings.admin_password.get_secret_value()}"
    return hmac.new(secret, given.encode(), hashlib.sha256).hexdigest()


def _digest(text: str) -> bytes:
    normal = unicodedata.normalize("NFC", text)
    return hashlib.sha256(normal.encode("utf-8", "replace")).digest()


async def _other_administrators(store: Store) -> int:
    condition = (USERS.c.role == Role.ADMIN) & USERS.c.disabled.is_(None) & can_sign_in()
    async with store.read() as connection:
        counted = await connection.execute(select(func.count()).select_from(USERS).where(condition))
    return int(counted.scalar_one())
