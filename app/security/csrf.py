"""CSRF tokens: a new one in each response, bound to session and user; they expire."""

import hashlib
import hmac
import secrets

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import Request

from app.config.settings import Settings
from app.errors import TokenRefused
from app.security import origin
from app.security.body import posted
from app.security.session import session_id

FIELD = "csrf"
HEADER = "X-CSRF-Token"
LIFETIME = 8 * 3600  # seconds


def make_token(request: Request, settings: Settings, user: str) -> str:
    """Return a fresh token; its nonce keeps it from being guessed from compressed pages."""
    return _serializer(settings).dumps([secrets.token_urlsafe(6), _binding(request, user)])


async def check(request: Request, settings: Settings, user: str) -> None:
    """Let a POST pass only with our origin and a valid token, in a form field or a header.

    Raises OriginRefused or TokenRefused.
    """
    origin.check(request, settings)
    token = request.headers.get(HEADER) or (await posted(request)).get(FIELD)
    if not isinstance(token, str) or not token:
        raise TokenRefused("The form has no security token.")
    try:
        payload = _serializer(settings).loads(token, max_age=LIFETIME)
    except BadData:
        raise TokenRefused("The form's security token has expired or isn't valid.") from None
    if not hmac.compare_digest(str(payload[-1:]), str([_binding(request, user)])):
        raise TokenRefused("The form's security token belongs to another session or user.")


def _serializer(settings: Settings) -> URLSafeTimedSerializer:
    # itsdangerous signs with the last key and tries all; SESSION_SECRET has the newest first.
    keys = [secret.get_secret_value() for secret in reversed(settings.session_secret)]
    return URLSafeTimedSerializer(keys, salt="livekit-dashboard csrf")


def _binding(request: Request, user: str) -> str:
    text = f"{session_id(request.session)}\0{user}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]
