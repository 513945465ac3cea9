"""/sip/route: where a call would go, and why; a PIN is posted, so that no address has it."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.inputs.sip.route import LogLine, RouteCall, TypePin
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.sip.routing import tester
from app.web.base_path import link
from app.web.context import RequestContext
from app.web.deps import LiveKitDep
from app.web.forms import FormPage, Loaded

router = APIRouter(prefix="/sip/route")
# A URL with both is a test; with fewer it fills in the form.
ASKED = frozenset({"caller", "called"})


async def _given(ctx: RequestContext) -> Loaded:
    """Load the values in the URL."""
    query = ctx.query
    return {}, {name: query[name] for name in RouteCall.model_fields if name in query}


ROUTE = FormPage("sip/route.html.j2", RouteCall, _given)
LOG = FormPage("sip/route.html.j2", LogLine)
PIN = FormPage("sip/route.html.j2", TypePin)


@router.get("", dependencies=[sees(Permission.SIP_READ)])
async def route_page(request: Request, livekit: LiveKitDep) -> Response:
    """Show the form, and where the call in the URL would go; a log line redirects to its call."""
    if "log" in request.query_params:
        request.state.form_page = LOG
        line = await LOG.read(request)
        return RedirectResponse(link(request, f"/sip/route?{line.query}"), 303)
    if not request.query_params.keys() >= ASKED:
        return await ROUTE.show(request)
    request.state.form_page = ROUTE  # keeps the input if anything fails
    form = await ROUTE.read(request)
    routed = await tester.routed(livekit, form.call())
    return await ROUTE.asks(request, routed=routed, notes=form.notes)


@router.post("", dependencies=[does("sip.route.pin", Permission.SIP_READ, PIN)])
async def type_pin(request: Request, livekit: LiveKitDep) -> Response:
    """Show where the call goes once the PIN is entered; nothing is changed."""
    form = await PIN.read(request)
    routed = await tester.routed(livekit, form.call())
    return await PIN.asks(request, routed=routed, notes=form.notes)
