"""/logout: ends the session here, and tells how to make the browser forget the password."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.security.authentication import Authenticator
from app.security.guards import public
from app.web.pages import page

router = APIRouter()


@router.get("/logout", dependencies=[public()])
async def logout(request: Request, forget: Annotated[bool, Query()] = False) -> Response:
    """Show the signed-out page; `forget` answers 401, at which browsers drop the password."""
    request.state.signed_out = True
    response = await page(
        request, "logout.html.j2", status=401 if forget else 200, live=False, forget=forget
    )
    request.session.clear()
    if forget:
        authenticator: Authenticator = request.app.state.authenticator
        response.headers["WWW-Authenticate"] = authenticator.challenge
    return response
