"""Where LiveKit sends its webhooks: verified, kept, and published to the open pages."""

import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.live.feed import part_of
from app.live.hub import Hub
from app.security.guards import signed
from app.services.webhooks.receiving import ReceivedWebhook
from app.text.paths import LIVEKIT_HOOK

router = APIRouter()
log = structlog.get_logger("webhooks")


@router.post(LIVEKIT_HOOK, dependencies=[signed()])
async def receive(request: Request) -> Response:
    """Answer 200 once the event is in the store, or, without one, once open pages know of it.

    LiveKit sends it again after a 503, and after nothing else (protocol, webhook).
    """
    webhook: ReceivedWebhook = request.state.webhook
    intake = request.app.state.intake
    is_new = intake is None or await intake.keep(webhook)
    log.debug("received", webhook_event=webhook.event, id=webhook.event_id, new=is_new)
    request.app.state.received.add(webhook)
    hub: Hub = request.app.state.hub
    if not webhook.is_test and (part := part_of(webhook.event)):
        hub.feed.saw(part, webhook.created_at.timestamp())
    hub.publish(webhook.topics)
    return Response(status_code=200)
