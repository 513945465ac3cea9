"""/sign-in/passkey: a passkey as the only factor."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.inputs.accounts.factors import UsePasskey
from app.routes.accounts.sign_in import landing, load
from app.security.accounts import challenges, sessions
from app.security.accounts.challenges import Purpose
from app.security.accounts.guards import enters
from app.security.guards import public
from app.services.accounts.factors import ceremonies
from app.services.accounts.states import SignIn
from app.text.paths import SIGN_IN
from app.text.places import inside
from app.web.deps import AuditDep
from app.web.forms import FormPage
from app.web.pages import done

router = APIRouter()

FORM = FormPage("accounts/sign_in.html.j2", UsePasskey, load)


@router.get(f"{SIGN_IN}/passkey/challenge", dependencies=[public()])
async def challenge(request: Request) -> Response:
    """Return what the browser asks any passkey of this site, as JSON."""
    site = challenges.site(request)
    return JSONResponse(ceremonies.request(site, challenges.begin(request, Purpose.SIGN_IN)))


@router.post(f"{SIGN_IN}/passkey", dependencies=[enters("session.start", FORM)])
async def sign_in(request: Request, entry: AuditDep) -> Response:
    """Start a session for the account whose passkey signed the challenge."""
    form = await FORM.read(request)
    account = await challenges.check(request, Purpose.SIGN_IN, form.credential)
    user = await sessions.begin(request, account, SignIn.PASSKEY)
    entry.by(user)
    entry.note(method=SignIn.PASSKEY)
    return done(request, landing(user, inside(form.next)))
