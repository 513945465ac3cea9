"""The base path: the dashboard below a path of its host, such as /livekit.

Inside the application every address is a place, such as /rooms: routes, path functions and
`request.url.path` don't know the base path. `link` turns a place into the address that the browser
needs, and is applied once, where the address is written into an attribute or a header.
"""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.config.checks import BASE_PATH
from app.config.settings import Settings
from app.security.addresses import with_mapped
from app.security.origin import LOOPBACK


def base_path(request: Request) -> str:
    """Return the base path of a request, without a trailing slash; empty without one."""
    base: str = request.scope["state"].get("base_path", "")
    return base


def below(base: str, address: str) -> str:
    """Return a place below `base`; the URL of another server, or a query alone, unchanged."""
    return base + address if address.startswith("/") else address


def link(request: Request, place: str) -> str:
    """Return the address of a place for the browser that sent this request."""
    return below(base_path(request), place)


def full_address(request: Request, place: str) -> str:
    """Return the address of a place for others, as a provider that leads back to it.

    In production browsers use HTTPS, also if the proxy doesn't report it; see `security/origin.py`.
    """
    settings: Settings = request.app.state.settings
    url = request.url
    is_public = settings.production and url.hostname not in LOOPBACK
    return f"{'https' if is_public else url.scheme}://{url.netloc}{link(request, place)}"


class BasePath:
    """ASGI middleware that determines the base path, and removes it from the path of the request.

    ROOT_PATH sets it; without it, X-Forwarded-Prefix of a trusted proxy does. The proxy may pass
    the whole path or the stripped one. The base path without its slash becomes an empty path, which
    `MissingSlash` redirects.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        trusted = with_mapped(settings.trusted_proxies)
        # wrapped by this class, because afterwards `client` is the proxy's claim
        self.app = ProxyHeadersMiddleware(app, trusted)  # type: ignore[arg-type]
        self.trusted = self.app.trusted_hosts
        self.root_path = settings.root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application below the base path."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)  # type: ignore[arg-type]
            return
        base = self.root_path or self._forwarded(scope)
        state = {"base_path": base, "by_proxy": self._is_trusted(scope)}
        scope = {**scope, "state": {**scope.get("state", {}), **state}}
        if base and f"{scope['path']}/".startswith(f"{base}/"):
            scope["path"] = scope["path"].removeprefix(base)
            scope["raw_path"] = scope["raw_path"].removeprefix(base.encode())
        await self.app(scope, receive, send)  # type: ignore[arg-type]

    def _forwarded(self, scope: Scope) -> str:
        prefix = Headers(scope=scope).get("x-forwarded-prefix", "").rstrip("/")
        return prefix if self._is_trusted(scope) and BASE_PATH.fullmatch(prefix) else ""

    def _is_trusted(self, scope: Scope) -> bool:
        """Return whether a trusted proxy sent the request; afterwards nobody can know."""
        client = scope.get("client")
        return client is not None and client[0] in self.trusted


class MissingSlash:
    """ASGI middleware that redirects an empty path, the base path alone, to the first page.

    It is inside the other middlewares, so that this response too has their headers, is limited to
    the allowed hosts and is logged.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a request, or redirect it with 308, which keeps its method."""
        if scope["type"] != "http" or scope["path"]:
            await self.app(scope, receive, send)
            return
        query = scope["query_string"].decode("latin-1")
        location = link(Request(scope), "/") + (f"?{query}" if query else "")
        redirect = RedirectResponse(location, 308)
        await redirect(scope, receive, send)
