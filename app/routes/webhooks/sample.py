"""/webhooks/-/sample: signed samples to test an endpoint with."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands import curl
from app.inputs.webhooks import ALL, MakeSample
from app.routes.webhooks.verify import signing_key
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.webhooks import samples as webhooks_samples
from app.services.webhooks.sending import TYPE
from app.services.webhooks.states import WebhookEvent
from app.text.paths import WEBHOOKS
from app.web.context import RequestContext
from app.web.deps import AuditDep, SettingsDep
from app.web.forms import FormPage, Loaded
from app.web.pages import page

router = APIRouter(prefix=f"{WEBHOOKS}/-/sample")


async def _events(ctx: RequestContext) -> Loaded:
    """Load the key that signs, and the events to choose from."""
    context, _ = await signing_key(ctx)
    events = [(ALL, "one of each"), *((event, event) for event in WebhookEvent)]
    return context | {"events": events}, {}


SAMPLE = FormPage("webhooks/sample.html.j2", MakeSample, _events)


@router.get("", dependencies=[sees(Permission.TOKENS_CREATE)])
async def sample_form(request: Request) -> Response:
    """Show the form for a sample."""
    return await SAMPLE.show(request)


@router.post("", dependencies=[does("webhook.sample", Permission.TOKENS_CREATE, SAMPLE)])
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
