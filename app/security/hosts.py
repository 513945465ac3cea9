"""Which host names requests may be for."""

from collections.abc import Sequence

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

HEALTH = "/health"


class Hosts:
    """ASGI middleware: answers for the allowed hosts alone.

    Whoever watches a container or balances load asks for /health by an address; it tells nothing.
    """

    def __init__(self, app: ASGIApp, allowed: Sequence[str]) -> None:
        self.app = app
        self.guarded = TrustedHostMiddleware(app, allowed_hosts=allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with 400."""
        app = self.app if scope.get("path") == HEALTH else self.guarded
        await app(scope, receive, send)
