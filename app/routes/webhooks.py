"""/webhooks: verify webhooks, and generate signed samples to test an endpoint with."""

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
    """Load the API key whose webhooks can be verified."""
    return {"api_key": ctx.settings.livekit_api_key}, {}


async def _events(ctx: RequestContext) -> Loaded:
    """Load the events to choose from as well."""
    context, _ = await _key(ctx)
    events = [(ALL, "one of each"), *((event, event) for event in WebhookEvent)]
    return context | {"events": events}, {}


VERIFY = FormPage("webhooks/verify.html.j2", VerifyWebhook, _key)
SAMPLE = FormPage("webhooks/sample.html.j2", MakeSample, _events)


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


@router.get("/-/sample", dependencies=[sees(Permission.TOKENS_CREATE)])
async def sample_form(request: Request) -> Response:
    """Show the form for a sample."""
    return await SAMPLE.show(request)


@router.post("/-/sample", dependencies=[does("webhook.sample", Permission.TOKENS_CREATE, SAMPLE)])
async def make_sample(request: Request, settings: SettingsDep, audit: AuditDep) -> Response:
    """Sign sample events and show them once, each with the command that sends it.

    The dashboard sends nothing: the URL is used in the command only.
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
