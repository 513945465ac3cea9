"""/time: the time zone in which pages show times."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.inputs.timezone import ChooseZone
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.audit.changes import between
from app.text.places import inside
from app.text.zones import LOCAL, zone_named, zone_names
from app.web.base_path import base_path, link
from app.web.context import RequestContext
from app.web.deps import AuditDep
from app.web.forms import FormPage
from app.web.timezone import remember, use_zone_of

router = APIRouter()


async def _zones(ctx: RequestContext) -> tuple[dict[str, Any], dict[str, Any]]:
    zones = [(name, name.replace("_", " ")) for name in zone_names()]
    back = _referrer(ctx.request)
    initial = {"zone": use_zone_of(ctx.request).name, "back": back}
    return {"zones": zones, "now": datetime.now(UTC), "place": back}, initial


def _referrer(request: Request) -> str:
    """Return the place that the link was on; the overview if the browser doesn't name one."""
    try:
        url = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return "/"
    if url.netloc != request.headers.get("host"):
        return "/"
    path = url.path.removeprefix(base_path(request))
    return inside(f"{path}?{url.query}" if url.query else path)


FORM = FormPage("server/time.html.j2", ChooseZone, _zones)


@router.get("/time", dependencies=[sees(Permission.SERVER_READ)])
async def time_form(request: Request) -> Response:
    """Show the zones to choose from."""
    return await FORM.show(request)


@router.post("/time", dependencies=[does("time.zone", Permission.SERVER_READ, FORM)])
async def choose_zone(request: Request, audit: AuditDep) -> Response:
    """Remember the zone in the account or the browser, and show the page again."""
    form = await FORM.read(request)
    response: Response = RedirectResponse(link(request, inside(form.back)), 303)
    if request.headers.get("hx-request") == "true":
        response = Response(status_code=204, headers={"HX-Refresh": "true"})
    zone = zone_named(form.zone) or LOCAL
    audit.changes(between({"zone": use_zone_of(request).name}, {"zone": zone.name}))
    if not await RequestContext(request).prefer(lambda now: replace(now, zone=zone.name)):
        remember(request, response, zone)
    return response
