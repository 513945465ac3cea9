"""/sign-in: name and password; every page leads here as long as nobody is signed in."""

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.inputs.accounts.sign_in import SignInWithPassword
from app.navigation.sidebar import title_of
from app.security.accounts import second_step
from app.security.accounts.challenges import site_of
from app.security.accounts.guards import enters
from app.security.accounts.sessions import SIGNED_OUT
from app.security.accounts.sign_in import check_password
from app.security.authentication import visitor
from app.security.body import posted
from app.security.guards import public, sees
from app.security.origin import SAFE
from app.security.roles import Permission, User
from app.services.accounts.states import SignIn
from app.text.paths import SIGN_IN, SIGN_IN_BASIC, SIGN_IN_CODE, SIGN_IN_OIDC, sign_in_path
from app.text.places import inside
from app.web.base_path import link
from app.web.context import RequestContext
from app.web.deps import AuditDep
from app.web.forms import FormPage, Loaded
from app.web.pages import done

router = APIRouter()


async def load(ctx: RequestContext) -> Loaded:
    """Load what the page says: where it leads to, and why one is here."""
    asked = ctx.query if ctx.request.method in SAFE else await posted(ctx.request)
    back = inside(str(asked.get("next", "/")))
    store, settings = ctx.store, ctx.settings
    signed_out = ctx.request.session.pop(SIGNED_OUT, False) or ctx.query.get("signed-out") == "1"
    context = {
        "back": back,
        "organization": settings.dashboard_name,
        "provider": settings.oidc_name if settings.oidc_issuer else "",
        "provider_path": f"{SIGN_IN_OIDC}?{urlencode({'next': back})}",
        "back_title": title_of(back),
        "failing": store.failing,
        "ended": ctx.request.session.get("user") and not signed_out,
        "signed_out": signed_out,
        "expired": ctx.query.get("expired") == "1",
        "site": site_of(ctx.request),
    }
    return context, {"next": back}


def landing(user: User | None, back: str) -> str:
    """Return where somebody goes who signed in: the page asked for, or else the start page."""
    return user.preferences.start if user and back == "/" and user.preferences.start else back


FORM = FormPage("accounts/sign_in.html.j2", SignInWithPassword, load)


@router.get(SIGN_IN, dependencies=[public()])
async def sign_in_page(request: Request) -> Response:
    """Show the form; somebody who is signed in is led on."""
    if await visitor(request):
        back = inside(request.query_params.get("next", "/"))
        return RedirectResponse(link(request, back), 303)
    return await FORM.show(request)


@router.post(SIGN_IN, dependencies=[enters("session.start", FORM)])
async def sign_in(request: Request, entry: AuditDep) -> Response:
    """Start a session, and lead to the page that was asked for, or ask for the second factor."""
    form = await FORM.read(request)
    account = await check_password(request, form.name, form.password.get_secret_value())
    method = SignIn.PASSWORD if account else SignIn.EMERGENCY
    user = await second_step.begin_or_ask(request, account, method)
    back = inside(form.next)
    if account and user is None:
        entry.action = "session.password"  # nobody is signed in yet
        entry.user, entry.role = account.name, account.role
        return done(request, sign_in_path(back, SIGN_IN_CODE))
    if user:
        entry.by(user)
    entry.note(method=method)
    return done(request, landing(user, back))


@router.get(SIGN_IN_BASIC, dependencies=[sees(Permission.SERVER_READ)])
async def sign_in_basic(request: Request) -> Response:
    """Ask the browser for HTTP Basic, and lead to the overview.

    It is for the emergency account while the store fails. The place is not below /sign-in, because
    browsers send the password unasked only below the folder of the first such page (RFC 7617, 2.2).
    """
    return RedirectResponse(link(request, "/"), 303)
