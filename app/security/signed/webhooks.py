"""The guard of webhooks: a token that a key of this dashboard has signed, for this very body."""

from datetime import UTC, datetime

import structlog
from starlette.requests import Request

from app.security import origin
from app.security.addresses import client_address
from app.services.webhooks.receiving import WebhookRefused, verified

log = structlog.get_logger("webhooks")


class Signed:
    """Admits only webhooks that LiveKit signed with a key of this dashboard."""

    async def __call__(self, request: Request) -> None:
        """Put the verified webhook into the request's state. Raises WebhookRefused."""
        origin.check(request, request.app.state.settings)
        now = datetime.now(UTC)
        authorization = request.headers.get("authorization", "")
        body = await request.body()
        keys = request.app.state.webhook_keys
        try:
            request.state.webhook = verified(keys, authorization, body, now)
        except WebhookRefused as error:
            address = client_address(request)
            request.state.webhook_refused = str(error.why)
            request.app.state.refusals.add(error.why, error.issuer, address, now)
            log.warning("refused", why=error.why, issuer=error.issuer[:200], address=address)
            raise
