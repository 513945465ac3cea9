"""The base path: the dashboard below a path of its host, such as /livekit.

Inside the application every address is a place, such as /rooms: routes, path functions and
`request.url.path` know no base path. `link` turns a place into what a browser is sent, and is
applied once, where the address goes into an attribute or a header.
"""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.config.checks import BASE_PATH
from app.config.settings import Settings
from app.security.addresses import with_mapped


def base_path(request: Request) -> str:
    """Return the base path of a request, without a slash at its end; empty for none."""
    base: str = request.scope["state"].get("base_path", "")
    return base


def below(base: str, address: str) -> str:
    """Return a place below `base`; the address of another server, or a query alone, as it is."""
    return base + address if address.startswith("/") else address


def link(request: Request, place: str) -> str:
    """Return the address of a place, as the browser of this request has to use it."""
    return below(base_path(request), place)


class BasePath:
    """ASGI middleware that finds out the base path, and takes it off the path of the request.

    ROOT_PATH sets it; without it, X-Forwarded-Prefix of a trusted proxy does. The proxy may pass
    the path on whole or stripped.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        trusted = with_mapped(settings.trusted_proxies)
        # inside of this, because afterwards `client` is what the proxy says
        self.app = ProxyHeadersMiddleware(app, trusted)  # type: ignore[arg-type]
        self.trusted = self.app.trusted_hosts
        self.root_path = settings.root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application below the base path."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)  # type: ignore[arg-type]
            return
        base = self.root_path or self._forwarded(scope)
        if base and scope["path"] == base:
            query = scope["query_string"].decode("latin-1")
            redirect = RedirectResponse(f"{base}/" + (f"?{query}" if query else ""), 308)
            await redirect(scope, receive, send)
            return
        scope = {**scope, "state": {**scope.get("state", {}), "base_path": base}}
        if base and scope["path"].startswith(f"{base}/"):
            scope["path"] = scope["path"].removeprefix(base)
            scope["raw_path"] = scope["raw_path"].removeprefix(base.encode())
        await self.app(scope, receive, send)  # type: ignore[arg-type]

    def _forwarded(self, scope: Scope) -> str:
        prefix = Headers(scope=scope).get("x-forwarded-prefix", "").rstrip("/")
        client = scope.get("client")
        if prefix and client and client[0] in self.trusted and BASE_PATH.fullmatch(prefix):
            return prefix
        return ""
