"""HTTP Basic authentication (RFC 7617) of the one administrator, compared in constant time."""

import base64
import binascii
import hashlib
import hmac

import structlog
from starlette.requests import Request

from app.config.settings import Settings
from app.errors import DashboardError, NotSignedIn
from app.security.rate_limit import SignInLimit
from app.security.roles import User
from app.security.session import session_id

log = structlog.get_logger("sign-in")


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()  # equal lengths, so that not even the length leaks


class BasicAuth:
    """Tells who is asking, from the Authorization header."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._username = _digest(settings.admin_username.encode())
        self._password = _digest(settings.admin_password.get_secret_value().encode())
        self._limit = SignInLimit(settings.signin_tries_per_minute)

    def sign_in(self, request: Request) -> User:
        """Give the signed-in user; kept at `request.state.user` for the rest of the request.

        Raises NotSignedIn, or TooManyTries while sign-ins are paused.
        """
        known: User | DashboardError | None = getattr(request.state, "sign_in", None)
        if known is None:
            known = request.state.sign_in = self._try(request)
        if isinstance(known, DashboardError):
            raise known
        request.state.user = known
        return known

    def visitor(self, request: Request) -> User | None:
        """Give the signed-in user, or None for anybody else; for pages that have no guard."""
        try:
            return self.sign_in(request)
        except DashboardError:
            return None

    def _try(self, request: Request) -> User | DashboardError:
        try:
            user = self._check(request)
        except DashboardError as error:
            return error  # kept for the request: its error page must not count as another try
        request.session["user"] = user.name
        session_id(request.session)
        return user

    def _check(self, request: Request) -> User:
        header = request.headers.get("authorization", "")
        if not header:
            raise NotSignedIn
        address = request.client.host if request.client else ""
        username, password = _credentials(header)
        known = request.session.get("user") == self._settings.admin_username
        self._limit.check(address, username, known)
        right_user = hmac.compare_digest(_digest(username), self._username)
        right_password = hmac.compare_digest(_digest(password), self._password)
        if not (right_user & right_password):
            self._limit.count(address, username)
            # never the name that was typed: it may be the password, one field too early
            log.warning("wrong password", address=address)
            raise NotSignedIn("The user name or the password is wrong.")
        return User(self._settings.admin_username, "admin", self._settings.read_only)


def _credentials(header: str) -> tuple[bytes, bytes]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise NotSignedIn("Only HTTP Basic sign-in is understood here.")
    try:
        username, colon, password = base64.b64decode(encoded.strip(), validate=True).partition(b":")
    except (binascii.Error, ValueError):
        raise NotSignedIn("The Authorization header cannot be read.") from None
    if not colon:
        raise NotSignedIn("The Authorization header cannot be read.")
    return username, password
