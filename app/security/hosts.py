"""The host names that the dashboard responds to."""

from collections.abc import Sequence

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from app.text.paths import LIVEKIT_HOOK, OBSERVABILITY, is_below

EXEMPT = frozenset({"/health", LIVEKIT_HOOK})


class Hosts:
    """ASGI middleware that rejects requests for hosts that aren't in ALLOWED_HOSTS.

    `/health` is exempt: container health checks and load balancers request it by IP address, and
    its response reveals nothing. So are webhooks: LiveKit may reach the dashboard by a name of its
    own network, has signed what it sends, and would count a 400 as delivered. Agents upload from
    the same networks.
    """

    def __init__(self, app: ASGIApp, allowed: Sequence[str]) -> None:
        self.app = app
        self.guarded = TrustedHostMiddleware(app, allowed_hosts=allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a request, or reject it with 400."""
        path = scope.get("path", "")
        is_exempt = path in EXEMPT or is_below(path, OBSERVABILITY)
        app = self.app if is_exempt else self.guarded
        await app(scope, receive, send)
