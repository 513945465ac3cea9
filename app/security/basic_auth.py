"""HTTP Basic authentication (RFC 7617) of the one administrator, compared in constant time."""

import base64
import binascii
import hashlib
import hmac
import unicodedata

import structlog
from starlette.requests import Request

from app.config.settings import Settings
from app.errors import NotSignedIn
from app.security.addresses import client_address
from app.security.rate_limit import SignInLimit
from app.security.roles import Role, User
from app.security.session import session_id

LONGEST_NAME = 4 * 200  # bytes: ADMIN_USERNAME has 200 characters at most
CHALLENGE = 'Basic realm="LiveKit Dashboard", charset="UTF-8"'

log = structlog.get_logger("sign-in")


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()  # equal lengths, so that not even the length leaks


def _normal(text: bytes) -> bytes:
    """Return the text in Unicode's form C (RFC 8265, 3.3, 4.2): keyboards encode ü in two ways."""
    try:
        return unicodedata.normalize("NFC", text.decode()).encode()
    except UnicodeDecodeError:
        return text


class BasicAuth:
    """Identifies the administrator by the Authorization header."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._username = _digest(_normal(settings.admin_username.encode()))
        self._password = _digest(_normal(settings.admin_password.get_secret_value().encode()))
        self._limit = SignInLimit(settings.signin_tries_per_minute)

    def challenge(self, request: Request) -> str:
        """Ask for a name and a password (RFC 7617)."""
        return CHALLENGE

    async def identify(self, request: Request) -> User | None:
        """Return the administrator if name and password are right; None without credentials.

        Raises NotSignedIn, or TooManyTries while sign-in is paused.
        """
        header = request.headers.get("authorization", "")
        if not header:
            return None
        address = client_address(request)
        username, password = _credentials(header)
        known = self._known_session(request)
        self._limit.check(address, username, known)
        right_user = hmac.compare_digest(_digest(username), self._username)
        right_password = hmac.compare_digest(_digest(password), self._password)
        if not (right_user & right_password):
            self._limit.count(address, username, known)
            # never the user name as typed: it may be the password, entered in the wrong field
            log.warning("wrong password", address=address)
            raise _refused("The user name or the password is wrong.")
        return User(self._settings.admin_username, Role.ADMIN, self._settings.read_only)

    def _known_session(self, request: Request) -> str | None:
        """Return the session's ID if the administrator has signed in with this browser before."""
        known = request.session.get("user") == self._settings.admin_username
        return session_id(request.session) if known else None


def _refused(reason: str) -> NotSignedIn:
    return NotSignedIn(reason, challenge=CHALLENGE)


def _credentials(header: str) -> tuple[bytes, bytes]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        raise _refused("Only HTTP Basic sign-in is supported.")
    try:
        username, colon, password = base64.b64decode(encoded.strip(), validate=True).partition(b":")
    except (binascii.Error, ValueError):
        raise _refused("The Authorization header isn't valid.") from None
    if not colon or len(username) > LONGEST_NAME:
        raise _refused("The Authorization header isn't valid.")
    return _normal(username), _normal(password)
