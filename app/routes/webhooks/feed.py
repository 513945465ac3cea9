"""/webhooks: how LiveKit's webhooks arrive, and how to set them up."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.inputs.webhooks import SendTest
from app.routes.webhooks.arriving import is_here, seen
from app.routes.webhooks.setting_up import own_target, set_up
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.webhooks import sending
from app.services.webhooks.sending import Sent
from app.services.webhooks.states import Delivery
from app.text.paths import WEBHOOKS
from app.web.context import RequestContext
from app.web.deps import AuditDep, SettingsDep
from app.web.forms import FormPage, Loaded
from app.web.pages import page

router = APIRouter(prefix=WEBHOOKS)


@router.get("", dependencies=[sees(Permission.SERVER_READ)])
async def feed_page(request: Request, settings: SettingsDep) -> Response:
    """Show what was received and refused, and the lines that set LiveKit up."""
    found = await seen(request)
    return await page(
        request,
        "webhooks/feed.html.j2",
        topics=("webhooks",),
        feed=found.feed,
        refused=found.refused,
        repaired=found.repaired,
        set_up=set_up(request),
        workers=settings.workers,
    )


async def _target(ctx: RequestContext) -> Loaded:
    """Load where the test event is sent."""
    return {"target": own_target(ctx.request), "set_up": set_up(ctx.request)}, {}


TEST = FormPage("webhooks/test.html.j2", SendTest, _target)


@router.get("/-/test", dependencies=[sees(Permission.TOKENS_CREATE)])
async def test_form(request: Request) -> Response:
    """Show where a test event would be sent."""
    return await TEST.show(request)


@router.post("/-/test", dependencies=[does("webhook.test", Permission.TOKENS_CREATE, TEST)])
async def send_test(request: Request, settings: SettingsDep, audit: AuditDep) -> Response:
    """Send a test event to this dashboard, and say what came of it."""
    await TEST.read(request)
    sent = await sending.send(settings, own_target(request))
    delivery = sent.delivery
    if delivery is Delivery.RECEIVED and not await is_here(request, sent.event_id):
        delivery = Delivery.ELSEWHERE
    result = Sent(sent.event_id, sent.url, delivery, sent.took, sent.status, sent.detail)
    audit.note(webhook=sent.event_id, url=sent.url, result=str(delivery))
    return await TEST.asks(request, sent=result)
