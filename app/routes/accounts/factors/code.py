"""/sign-in/code: the second step of signing in, after the password."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from app.inputs.accounts.factors import EnterCode, UsePasskey
from app.routes.accounts.sign_in import landing
from app.security.accounts import challenges, second_step, sessions
from app.security.accounts.challenges import Purpose, site_of
from app.security.accounts.guards import enters
from app.security.accounts.second_step import StepExpired
from app.security.audit import AuditEntry
from app.security.authentication import visitor
from app.security.guards import public
from app.services.accounts.accounts import Account
from app.services.accounts.factors import ceremonies, factors, passkeys
from app.services.accounts.states import SignIn
from app.text.paths import SIGN_IN_CODE, sign_in_path
from app.text.places import inside
from app.web.base_path import link
from app.web.context import RequestContext
from app.web.deps import AuditDep, StoreDep
from app.web.forms import FormPage, Loaded
from app.web.pages import done

router = APIRouter()


async def _load(ctx: RequestContext) -> Loaded:
    """Load whose second step it is, and which factors that account has."""
    account = await second_step.waiting(ctx.request)
    context = {
        "account": account,
        "factors": await factors.of(ctx.store, account.id),
        "site": site_of(ctx.request),
    }
    return context, {"next": inside(ctx.query.get("next", "/"))}


FORM = FormPage("accounts/code.html.j2", EnterCode, _load)
PASSKEY = FormPage("accounts/code.html.j2", UsePasskey, _load)


@router.get(SIGN_IN_CODE, dependencies=[public()])
async def code_page(request: Request) -> Response:
    """Show the form, or lead to the page for the password if that wasn't entered lately."""
    back = inside(request.query_params.get("next", "/"))
    if await visitor(request):
        return RedirectResponse(link(request, back), 303)
    try:
        return await FORM.show(request)
    except StepExpired:
        return RedirectResponse(link(request, sign_in_path(back, expired=True)), 303)


@router.post(SIGN_IN_CODE, dependencies=[enters("session.start", FORM)])
async def enter_code(request: Request, entry: AuditDep) -> Response:
    """Start a session if the code is right."""
    account = await _named(request, entry)
    form = await FORM.read(request)
    is_recovery = await second_step.check_code(request, account, form.code)
    place = await _begin(request, entry, account, SignIn.PASSWORD_AND_CODE, form.next)
    if not is_recovery:
        return done(request, place)
    entry.note(recovery_code=True)
    left = (await factors.of(request.app.state.store, account.id)).codes
    text = f"You used a recovery code. Codes left: {left}."
    return done(request, place, text, "warn" if left < 3 else "ok")


@router.get(f"{SIGN_IN_CODE}/challenge", dependencies=[public()])
async def challenge(request: Request, store: StoreDep) -> Response:
    """Return what the browser asks one of the account's passkeys, as JSON."""
    account = await second_step.waiting(request)
    held = [passkey.credential for passkey in await passkeys.of_user(store, account.id)]
    site = challenges.site(request)
    asked = challenges.begin(request, Purpose.SECOND)
    return JSONResponse(ceremonies.request(site, asked, held, verified=False))


@router.post(f"{SIGN_IN_CODE}/passkey", dependencies=[enters("session.start", PASSKEY)])
async def use_passkey(request: Request, entry: AuditDep) -> Response:
    """Start a session if one of the account's passkeys signed the challenge."""
    account = await _named(request, entry)
    form = await PASSKEY.read(request)
    await challenges.check(request, Purpose.SECOND, form.credential, account)
    place = await _begin(request, entry, account, SignIn.PASSWORD_AND_PASSKEY, form.next)
    return done(request, place)


async def _named(request: Request, entry: AuditEntry) -> Account:
    """Return whose second step it is, and name it in the audit. Raises StepExpired, StoreError."""
    account = await second_step.waiting(request)
    entry.user, entry.role = account.name, account.role
    return account


async def _begin(
    request: Request, entry: AuditEntry, account: Account, method: SignIn, back: str
) -> str:
    """Start a session, and return the place to go to."""
    user = await sessions.begin(request, account, method)
    entry.by(user)
    entry.note(method=method)
    return landing(user, inside(back))
