"""/sign-out: ends the session, in the browser and in the store."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.security.accounts import sessions, single_sign_on
from app.security.accounts.guards import does_own
from app.security.accounts.sessions import SIGNED_OUT
from app.text.paths import SIGN_IN, SIGN_OUT
from app.web.base_path import full_address
from app.web.deps import SettingsDep, UserDep
from app.web.pages import done, page

router = APIRouter()


@router.post(SIGN_OUT, dependencies=[does_own("session.end", enrolling=True)])
async def sign_out(request: Request, user: UserDep, settings: SettingsDep) -> Response:
    """End the session of this browser, and lead to the page to sign in.

    If it began at an OpenID provider, the session there ends too, and the provider leads back.
    """
    away = await single_sign_on.leaving(request, user, full_address(request, SIGN_IN))
    await sessions.end(request, user)
    if not away:
        return done(request, f"{SIGN_IN}?signed-out=1")
    request.session[SIGNED_OUT] = True
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": away})
    request.state.signed_out = True
    response = await page(
        request, "accounts/leaving.html.j2", live=False, away=away, provider=settings.oidc_name
    )
    response.headers["Refresh"] = f"0; url={away}"
    return response
