"""The host names that the dashboard responds to."""

from collections.abc import Sequence

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

HEALTH = "/health"


class Hosts:
    """ASGI middleware that rejects requests for hosts that aren't in ALLOWED_HOSTS.

    `/health` is exempt: container health checks and load balancers request it by IP address, and
    its response reveals nothing.
    """

    def __init__(self, app: ASGIApp, allowed: Sequence[str]) -> None:
        self.app = app
        self.guarded = TrustedHostMiddleware(app, allowed_hosts=allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a request, or reject it with 400."""
        app = self.app if scope.get("path") == HEALTH else self.guarded
        await app(scope, receive, send)
