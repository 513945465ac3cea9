"""/webhooks/-/verify: check webhooks that somebody received, and explain what is wrong."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.inputs.webhooks import VerifyWebhook, webhook_lines
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.webhooks import checking
from app.services.webhooks.checking import Delivery
from app.text.paths import WEBHOOKS
from app.web.context import RequestContext
from app.web.deps import AuditDep, SettingsDep
from app.web.forms import FormPage, Loaded

router = APIRouter(prefix=f"{WEBHOOKS}/-/verify")


async def signing_key(ctx: RequestContext) -> Loaded:
    """Load the API key whose webhooks can be verified."""
    return {"api_key": ctx.settings.livekit_api_key}, {}


VERIFY = FormPage("webhooks/verify.html.j2", VerifyWebhook, signing_key)


@router.get("", dependencies=[sees(Permission.SERVER_READ)])
async def verify_form(request: Request) -> Response:
    """Show the form that verifies webhooks."""
    return await VERIFY.show(request)


@router.post("", dependencies=[does("webhook.verify", Permission.SERVER_READ, VERIFY)])
async def verify(request: Request, settings: SettingsDep, audit: AuditDep) -> Response:
    """Verify each webhook and explain what is wrong with it; nothing is stored."""
    form = await VERIFY.read(request)
    deliveries = list(webhook_lines(form.file)) or [(form.authorization, form.body)]
    results = [checking.check(settings, Delivery(*each)) for each in deliveries]
    audit.note(verdicts=[str(result.verdict) for result in results])
    return await VERIFY.asks(request, results=results)
