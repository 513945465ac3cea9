"""/logout: ends the session, and explains how to make the browser forget the password."""

from contextlib import suppress
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.errors import DashboardError, OriginRefused
from app.security import origin
from app.security.audit import AuditEntry
from app.security.authentication import Authenticator
from app.security.guards import public
from app.services.audit.states import Outcome
from app.web.pages import page

router = APIRouter()


@router.get("/logout", dependencies=[public()])
async def logout(request: Request, forget: Annotated[bool, Query()] = False) -> Response:
    """Show the signed-out page; `forget` answers 401, at which browsers drop the password.

    Raises OriginRefused if another site opened it.
    """
    if not origin.same_site(request, request.app.state.settings):
        raise OriginRefused
    request.state.signed_out = True
    response = await page(
        request, "logout.html.j2", status=401 if forget else 200, live=False, forget=forget
    )
    await _end_stored(request)
    if name := request.session.get("user"):
        entry = AuditEntry.of(request, "session.end", {})
        entry.user = name
        await request.app.state.audit.write(entry, Outcome.DONE)
    request.session.clear()
    # Chromium forgets the password with the cookies (W3C Clear Site Data, 3.1)
    response.headers["Clear-Site-Data"] = '"cookies"'
    if forget:
        authenticator: Authenticator = request.app.state.authenticator
        response.headers["WWW-Authenticate"] = authenticator.challenge(request)
    return response


async def _end_stored(request: Request) -> None:
    """End the session of this browser in the store too, where people have one."""
    if request.app.state.store is None:
        return
    from app.security.accounts.sessions import end_this  # with the store, 30 MB

    with suppress(DashboardError):  # the browser forgets it even if the store fails
        await end_this(request)
