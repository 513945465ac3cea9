"""CSRF tokens: a new one in each response, bound to session and user; they expire."""

import hashlib
import hmac
import secrets
from functools import lru_cache

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import Request

from app.config.settings import Settings
from app.errors import TokenRefused
from app.security import origin
from app.security.body import posted
from app.security.roles import User
from app.security.session import session_id
from app.services.accounts.ages import is_recent

FIELD = "csrf"
HEADER = "X-CSRF-Token"
LIFETIME = 8 * 3600  # seconds
EXPIRED = "The form's security token has expired or isn't valid."
BY_BROWSERS = ("origin", "referer", "cookie", "sec-fetch-site", "sec-fetch-mode")


def make_token(request: Request, settings: Settings, user: str) -> str:
    """Return a fresh token; its nonce keeps it from being guessed from compressed pages."""
    return _serializer(settings).dumps([secrets.token_urlsafe(6), _binding(request, user)])


async def check(request: Request, settings: Settings, user: User | None) -> None:
    """Let a request pass only with our origin and a valid token, in a form field or a header.

    A program that sends a token of its own needs none. `user` is None for a visitor.
    Raises OriginRefused or TokenRefused.
    """
    origin.check(request, settings)
    if user and user.token and is_by_program(request):
        return
    token = request.headers.get(HEADER) or (await posted(request)).get(FIELD)
    if not isinstance(token, str) or not token:
        raise TokenRefused("The form has no security token.")
    try:
        payload, made = _serializer(settings).loads(token, return_timestamp=True)
    except BadData:
        raise TokenRefused(EXPIRED) from None
    if not is_recent(made.timestamp(), LIFETIME):
        raise TokenRefused(EXPIRED)
    if not hmac.compare_digest(
        str(payload[-1:]), str([_binding(request, user.name if user else "")])
    ):
        raise TokenRefused("The form's security token belongs to another session or user.")


def is_by_program(request: Request) -> bool:
    """Return whether no browser can have added the credentials without its user's intent.

    Browsers never add `Authorization: Bearer` themselves, and a script of another site may not
    either (Fetch, CORS-safelisted request headers). They do repeat Basic credentials, but not
    without telling where a request that changes something comes from.
    """
    if request.headers.get("authorization", "").lower().startswith("bearer "):
        return True
    return not any(name in request.headers for name in BY_BROWSERS)


def _serializer(settings: Settings) -> URLSafeTimedSerializer:
    # itsdangerous signs with the last key and tries all; SESSION_SECRET has the newest first.
    keys = [secret.get_secret_value() for secret in reversed(settings.session_secret)]
    return _signing_with(tuple(keys))


@lru_cache(1)
def _signing_with(keys: tuple[str, ...]) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(keys, salt="livekit-dashboard csrf")


def _binding(request: Request, user: str) -> str:
    text = f"{session_id(request.session)}\0{user}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]
