"""/sign-in/oidc: leads to the OpenID provider, and takes what it sends back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.errors import DashboardError
from app.routes.accounts.sign_in import landing
from app.security.accounts import single_sign_on
from app.security.audit import Audit, AuditEntry, outcome_of
from app.security.authentication import visitor
from app.security.guards import public
from app.services.audit.states import Outcome
from app.text.paths import SIGN_IN_OIDC, SIGN_IN_OIDC_BACK, sign_in_path
from app.text.places import inside
from app.web.base_path import full_address, link

router = APIRouter()


@router.get(SIGN_IN_OIDC, dependencies=[public()])
async def begin(request: Request) -> Response:
    """Lead to the provider; somebody who is signed in is led on."""
    place = inside(request.query_params.get("next", "/"))
    if await visitor(request):
        return RedirectResponse(link(request, place), 303)
    async with _failures_recorded(request, place):
        redirect_uri = full_address(request, SIGN_IN_OIDC_BACK)
        url = await single_sign_on.begin(request, redirect_uri, place)
    return RedirectResponse(url, 303)


@router.get(SIGN_IN_OIDC_BACK, dependencies=[public()])
async def finish(request: Request) -> Response:
    """Start a session for whom the provider sent back, and lead to the page asked for first."""
    place = single_sign_on.place_of(request)
    async with _failures_recorded(request, place) as entry:
        redirect_uri = full_address(request, SIGN_IN_OIDC_BACK)
        user = await single_sign_on.finish(request, redirect_uri, entry)
    audit: Audit = request.app.state.audit
    await asyncio.shield(audit.write(entry, Outcome.DONE))
    return RedirectResponse(link(request, landing(user, place)), 303)


@asynccontextmanager
async def _failures_recorded(request: Request, place: str) -> AsyncIterator[AuditEntry]:
    """Write a failed sign-in to the audit, and let its page lead back to the page to sign in."""
    entry = AuditEntry.of(request, "session.start", {})
    entry.note(method="oidc")
    try:
        yield entry
    except BaseException as error:
        if isinstance(error, DashboardError):
            error.links = (("Back to sign-in", sign_in_path(place)),)
        audit: Audit = request.app.state.audit
        await asyncio.shield(audit.write(entry, outcome_of(error), error))
        raise
