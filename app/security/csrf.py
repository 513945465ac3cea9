"""CSRF: a token per response, limited in time, bound to session and user; and the Origin check."""

import hashlib
import hmac
import secrets

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import Request

from app.config.settings import Settings
from app.errors import OriginRefused, TokenRefused
from app.security.body import posted
from app.security.session import session_id

FIELD = "csrf"
HEADER = "X-CSRF-Token"
LIFETIME = 8 * 3600


def make_token(request: Request, settings: Settings, user: str) -> str:
    """Give a fresh token; the nonce keeps it from being guessed out of compressed pages."""
    return _serializer(settings).dumps([secrets.token_urlsafe(6), _binding(request, user)])


def same_site(request: Request, settings: Settings) -> bool:
    """Whether the browser says that this dashboard's own page, or an allowed one, sent it.

    Browsers send Origin with every POST; without it and Sec-Fetch-Site no browser is at work.
    """
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site", "none") in {"same-origin", "none"}
    host = request.headers.get("host")
    return origin in {f"http://{host}", f"https://{host}", *settings.allowed_origins}


async def check(request: Request, settings: Settings, user: str) -> None:
    """Let the request pass only with our origin and a valid token, by form field or header.

    Raises OriginRefused or TokenRefused.
    """
    if not same_site(request, settings):
        raise OriginRefused
    token = request.headers.get(HEADER) or (await posted(request)).get(FIELD)
    if not isinstance(token, str) or not token:
        raise TokenRefused("The form came without its security token.")
    try:
        payload = _serializer(settings).loads(token, max_age=LIFETIME)
    except BadData:
        raise TokenRefused("The form's security token is too old or not valid.") from None
    if not hmac.compare_digest(str(payload[-1:]), str([_binding(request, user)])):
        raise TokenRefused("The form's security token belongs to another session or user.")


def _serializer(settings: Settings) -> URLSafeTimedSerializer:
    # itsdangerous signs with the last key and tries all; SESSION_SECRET has the newest first.
    keys = [secret.get_secret_value() for secret in reversed(settings.session_secret)]
    return URLSafeTimedSerializer(keys, salt="livekit-dashboard csrf")


def _binding(request: Request, user: str) -> str:
    text = f"{session_id(request.session)}\0{user}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]
