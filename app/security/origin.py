"""Which site a request comes from: Origin (RFC 6454) and Fetch Metadata (W3C)."""

import re

import structlog
from starlette.requests import Request

from app.config.settings import Settings
from app.errors import OriginRefused

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-fv:.]+\]|[\w.~-]+)(:(?P<port>\d{1,5}))?",
    re.ASCII | re.IGNORECASE,
)
PORTS = {"http": 80, "https": 443}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

log = structlog.get_logger("origin")


def check(request: Request, settings: Settings) -> None:
    """Raise OriginRefused for a request that another site may not send."""
    if is_allowed(request, settings):
        return
    log.warning(
        "cross-site request",
        origin=request.headers.get("origin"),
        host=request.headers.get("host"),
        scheme=request.url.scheme,
        site=request.headers.get("sec-fetch-site"),
        mode=request.headers.get("sec-fetch-mode"),
        dest=request.headers.get("sec-fetch-dest"),
    )
    raise OriginRefused


def is_allowed(request: Request, settings: Settings) -> bool:
    """Return True for our own requests, and for a link on another site that opens a page.

    Another site may not embed or fetch anything: each page costs LiveKit calls. Of a request that
    only reads, Origin alone proves nothing; browsers omit it, or send `null`.
    """
    only_reads = request.method in SAFE
    if only_reads and (_is_own(request) or _opens_page(request)):
        return True
    return same_site(request, settings)


def same_site(request: Request, settings: Settings) -> bool:
    """Return True if the dashboard's own page or one of an allowed origin sent the request.

    Browsers send Origin with every POST; a request without it and Sec-Fetch-Site is from a program.
    """
    sent = request.headers.get("origin")
    if sent is None:
        return _is_own(request)
    origin = _origin(sent)
    allowed = set(map(_origin, settings.allowed_origins))
    return origin is not None and origin in _own(request, settings) | allowed


def own(request: Request, settings: Settings) -> frozenset[str]:
    """Return the origins of the dashboard's own pages, as browsers write them."""
    written = set()
    for scheme, host, port in filter(None, _own(request, settings)):
        written.add(f"{scheme}://{host}" + (f":{port}" if port != PORTS[scheme] else ""))
    return frozenset(written)


def _own(request: Request, settings: Settings) -> set[tuple[str, str, int] | None]:
    host = request.headers.get("host", "")
    return {_origin(f"{scheme}://{host}") for scheme in _schemes(request, settings)}


def _is_own(request: Request) -> bool:
    """Return True unless the browser reports that another site sent the request."""
    return request.headers.get("sec-fetch-site", "none") in {"same-origin", "none"}


def _opens_page(request: Request) -> bool:
    """Return True if the browser opens the address in a tab of its own, not in a frame."""
    headers = request.headers
    is_tab = headers.get("sec-fetch-dest", "document") == "document"
    return is_tab and headers.get("sec-fetch-mode") == "navigate"


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
