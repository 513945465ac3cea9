"""/sign-out: ends the session, in the browser and in the store."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.security.accounts import sessions
from app.security.guards import does_own
from app.text.paths import SIGN_IN, SIGN_OUT
from app.web.deps import UserDep
from app.web.pages import done

router = APIRouter()


@router.post(SIGN_OUT, dependencies=[does_own("session.end", enrolling=True)])
async def sign_out(request: Request, user: UserDep) -> Response:
    """End the session of this browser, and lead to the page to sign in."""
    await sessions.end(request, user)
    return done(request, f"{SIGN_IN}?signed-out=1")
