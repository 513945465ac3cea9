"""/webhooks: is this webhook LiveKit's, and signed samples to try one's own endpoint with."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands import curl
from app.inputs.webhooks import ALL, MakeSample, VerifyWebhook, webhook_lines
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.webhooks import checking
from app.services.webhooks import samples as webhooks_samples
from app.services.webhooks.checking import Delivery
from app.services.webhooks.states import WebhookEvent
from app.web.context import RequestContext
from app.web.deps import AuditDep, SettingsDep
from app.web.forms import FormPage, Loaded
from app.web.pages import page

TYPE = "application/webhook+json"

router = APIRouter(prefix="/webhooks")


async def _key(ctx: RequestContext) -> Loaded:
    """Load whose webhooks can be checked."""
    return {"api_key": ctx.settings.livekit_api_key}, {}


async def _events(ctx: RequestContext) -> Loaded:
    """Load what can be made up, besides."""
    context, _ = await _key(ctx)
    events = [(ALL, "one of each"), *((event, event) for event in WebhookEvent)]
    return context | {"events": events}, {}


VERIFY = FormPage("webhooks/verify.html.j2", VerifyWebhook, _key)
SAMPLE = FormPage("webhooks/sample.html.j2", MakeSample, _events)


@router.get("", dependencies=[sees(Permission.SERVER_READ)])
async def verify_form(request: Request) -> Response:
    """Show the form that takes webhooks to check."""
    return await VERIFY.show(request)


@router.post("", dependencies=[does("webhook.verify", Permission.SERVER_READ, VERIFY)])
async def verify(request: Request, settings: SettingsDep, audit: AuditDep) -> Response:
    """Say of each webhook whether it is LiveKit's, and what is wrong; nothing of it is kept."""
    form = await VERIFY.read(request)
    given = list(webhook_lines(form.file)) or [(form.authorization, form.body)]
    found = [checking.check(settings, Delivery(*each)) for each in given]
    audit.note(verdicts=[str(each.verdict) for each in found])
    return await VERIFY.asks(request, found=found)


@router.get("/-/sample", dependencies=[sees(Permission.TOKENS_CREATE)])
async def sample_form(request: Request) -> Response:
    """Show the form that asks which event to make up."""
    return await SAMPLE.show(request)


@router.post("/-/sample", dependencies=[does("webhook.sample", Permission.TOKENS_CREATE, SAMPLE)])
async def make_sample(request: Request, settings: SettingsDep, audit: AuditDep) -> Response:
    """Sign made-up events and show them once, with the command that sends each.

    The dashboard sends nothing: the address goes into the command only.
    """
    form = await SAMPLE.read(request)
    audit.note(events=[str(event) for event in form.events], room=form.room)
    samples = [webhooks_samples.make(settings, event, form.room) for event in form.events]
    commands = [
        curl.post(form.url, {"Content-Type": TYPE, "Authorization": s.authorization}, s.body)
        for s in samples
    ]
    return await page(
        request,
        "webhooks/made.html.j2",
        live=False,
        samples=list(zip(samples, commands, strict=True)),
        all_of_them=len(samples) == len(WebhookEvent),
        url=form.url,
    )
