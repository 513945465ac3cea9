"""CSRF: a token per response, bound to session and user, that expires; and the Origin check."""

import hashlib
import hmac
import re
import secrets

import structlog
from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.requests import Request

from app.config.settings import Settings
from app.errors import OriginRefused, TokenRefused
from app.security.body import posted
from app.security.session import session_id

FIELD = "csrf"
HEADER = "X-CSRF-Token"
LIFETIME = 8 * 3600  # seconds
ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-fv:.]+\]|[\w.~-]+)(:(?P<port>\d{1,5}))?",
    re.ASCII | re.IGNORECASE,
)
PORTS = {"http": 80, "https": 443}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

log = structlog.get_logger("csrf")


def make_token(request: Request, settings: Settings, user: str) -> str:
    """Return a fresh token; its nonce keeps it from being guessed from compressed pages."""
    return _serializer(settings).dumps([secrets.token_urlsafe(6), _binding(request, user)])


def same_site(request: Request, settings: Settings) -> bool:
    """Return True if the dashboard's own page or one of an allowed origin sent the request.

    Browsers send Origin with every POST; a request without it and Sec-Fetch-Site is from a program.
    """
    sent = request.headers.get("origin")
    if sent is None:
        return request.headers.get("sec-fetch-site", "none") in {"same-origin", "none"}
    origin = _origin(sent)
    host = request.headers.get("host", "")
    own = {_origin(f"{scheme}://{host}") for scheme in _schemes(request, settings)}
    return origin is not None and origin in own | set(map(_origin, settings.allowed_origins))


async def check(request: Request, settings: Settings, user: str) -> None:
    """Let the request pass only with our origin and a valid token, in a form field or header.

    Raises OriginRefused or TokenRefused.
    """
    if not same_site(request, settings):
        log.warning(
            "cross-site request",
            origin=request.headers.get("origin"),
            host=request.headers.get("host"),
            scheme=request.url.scheme,
            site=request.headers.get("sec-fetch-site"),
        )
        raise OriginRefused
    token = request.headers.get(HEADER) or (await posted(request)).get(FIELD)
    if not isinstance(token, str) or not token:
        raise TokenRefused("The form has no security token.")
    try:
        payload = _serializer(settings).loads(token, max_age=LIFETIME)
    except BadData:
        raise TokenRefused("The form's security token has expired or isn't valid.") from None
    if not hmac.compare_digest(str(payload[-1:]), str([_binding(request, user)])):
        raise TokenRefused("The form's security token belongs to another session or user.")


def _origin(text: str) -> tuple[str, str, int] | None:
    """Return scheme, host and port of an origin (RFC 6454), or None for anything else.

    Host names have no case, and a scheme's own port may be written or left out.
    """
    match = ORIGIN.fullmatch(text)
    if match is None:
        return None
    scheme = match["scheme"].lower()
    return scheme, match["host"].lower(), int(match["port"] or PORTS[scheme])


def _schemes(request: Request, settings: Settings) -> set[str]:
    """Return the schemes by which browsers open the dashboard.

    In production that is HTTPS, also if the proxy doesn't report it; a browser on the same
    machine, or at the end of a tunnel, may do without. In development anything goes that isn't
    known to be HTTPS.
    """
    if request.url.scheme == "https":
        return {"https"}
    if settings.production and request.url.hostname not in LOOPBACK:
        return {"https"}
    return {"http", "https"}


def _serializer(settings: Settings) -> URLSafeTimedSerializer:
    # itsdangerous signs with the last key and tries all; SESSION_SECRET has the newest first.
    keys = [secret.get_secret_value() for secret in reversed(settings.session_secret)]
    return URLSafeTimedSerializer(keys, salt="livekit-dashboard csrf")


def _binding(request: Request, user: str) -> str:
    text = f"{session_id(request.session)}\0{user}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]
