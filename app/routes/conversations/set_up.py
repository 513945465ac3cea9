"""/conversations/-/set-up: how agents upload, which did, what was refused, and a test."""

import asyncio

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.inputs.conversations import CheckUploads, SwitchUploads
from app.routes.conversations.setting_up import set_up
from app.routes.webhooks.setting_up import own_target
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.conversations.states import UploadRefusal
from app.services.conversations.uploads import received, switching, testing
from app.services.livekit.enums import Newer
from app.services.webhooks.refusals import Refused
from app.services.webhooks.stored import refused
from app.store.schema import UPLOAD_REFUSALS
from app.text.paths import CONVERSATIONS
from app.web.context import RequestContext
from app.web.deps import AuditDep, SettingsDep, StoreDep, UserDep
from app.web.forms import FormPage, Loaded
from app.web.pages import done, page

SET_UP = f"{CONVERSATIONS}/-/set-up"

router = APIRouter(prefix=CONVERSATIONS)


@router.get("/-/set-up", dependencies=[sees(Permission.CONVERSATIONS_READ)])
async def set_up_page(request: Request, store: StoreDep) -> Response:
    """Show the lines that set agents up, and what arrived."""
    workers, refusals, off = await asyncio.gather(
        received.workers(store),
        refused.newest_first(store, table=UPLOAD_REFUSALS),
        switching.switched_off(store),
    )
    return await page(
        request,
        "conversations/set_up.html.j2",
        topics=("conversations",),
        set_up=set_up(request),
        workers=workers,
        refusals=[(_why(each), each) for each in refusals],
        off=off,
    )


def _why(refusal: Refused) -> UploadRefusal | Newer:
    known = refusal.reason in set(UploadRefusal)
    return UploadRefusal(refusal.reason) if known else Newer(refusal.reason)


async def _target(ctx: RequestContext) -> Loaded:
    """Load where the test is sent."""
    target = own_target(ctx.request, testing.TRACES)
    return {"target": target, "set_up": set_up(ctx.request)}, {}


TEST = FormPage("conversations/test.html.j2", CheckUploads, _target)


@router.get("/-/test", dependencies=[sees(Permission.CONVERSATIONS_MANAGE)])
async def test_form(request: Request) -> Response:
    """Show where a test would be sent."""
    return await TEST.show(request)


@router.post(
    "/-/test", dependencies=[does("conversation.test", Permission.CONVERSATIONS_MANAGE, TEST)]
)
async def send_test(request: Request, settings: SettingsDep, audit: AuditDep) -> Response:
    """Send a batch as an agent does, and say what came of it."""
    await TEST.read(request)
    target = own_target(request, testing.TRACES)
    sent = await testing.send(settings, request.app.state.uploads, target)
    audit.note(url=sent.url, result=str(sent.result))
    return await TEST.asks(request, sent=sent)


async def _state(ctx: RequestContext) -> Loaded:
    """Load whether uploads are on; the form changes that."""
    off = await switching.switched_off(ctx.store)
    return {"off": off}, {"uploads": "on" if off else "off"}


SWITCH = FormPage("conversations/switch.html.j2", SwitchUploads, _state)


@router.get("/-/switch", dependencies=[sees(Permission.CONVERSATIONS_MANAGE)])
async def switch_form(request: Request) -> Response:
    """Ask before uploads are switched off, or on again."""
    return await SWITCH.show(request)


@router.post(
    "/-/switch",
    dependencies=[does("conversation.switch", Permission.CONVERSATIONS_MANAGE, SWITCH)],
)
async def switch_uploads(
    request: Request, store: StoreDep, user: UserDep, audit: AuditDep
) -> Response:
    """Switch uploads of all agents off or on."""
    form = await SWITCH.read(request)
    audit.note(uploads=form.uploads)
    if form.uploads == "off":
        await switching.switch_off(store, user.name)
        return done(request, SET_UP, "Uploads are off. Agents stop sending.")
    await switching.switch_on(store)
    return done(request, SET_UP, "Uploads are on, for sessions that start from now on.")
