"""/sign-in: name and password; every page leads here as long as nobody is signed in."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.inputs.accounts.sign_in import SignInWithPassword
from app.navigation.sidebar import title_of
from app.security.accounts import sessions
from app.security.accounts.sign_in import check_password
from app.security.authentication import visitor
from app.security.body import posted
from app.security.guards import enters, public, sees
from app.security.origin import SAFE
from app.security.roles import Permission
from app.services.accounts.states import SignIn
from app.text.paths import SIGN_IN, SIGN_IN_BASIC
from app.text.places import inside
from app.web.base_path import link
from app.web.context import RequestContext
from app.web.deps import AuditDep
from app.web.forms import FormPage, Loaded
from app.web.pages import done

router = APIRouter()


async def _load(ctx: RequestContext) -> Loaded:
    """Load what the page says: where it leads to, and why one is here."""
    asked = ctx.query if ctx.request.method in SAFE else await posted(ctx.request)
    back = inside(str(asked.get("next", "/")))
    store = ctx.store
    context = {
        "back": back,
        "organization": ctx.settings.dashboard_name,
        "back_title": title_of(back),
        "failing": store.failing,
        "ended": ctx.request.session.get("user") and not ctx.query.get("signed-out"),
        "signed_out": ctx.query.get("signed-out") == "1",
    }
    return context, {"next": back}


FORM = FormPage("accounts/sign_in.html.j2", SignInWithPassword, _load)


@router.get(SIGN_IN, dependencies=[public()])
async def sign_in_page(request: Request) -> Response:
    """Show the form; somebody who is signed in is led on."""
    if await visitor(request):
        back = inside(request.query_params.get("next", "/"))
        return RedirectResponse(link(request, back), 303)
    return await FORM.show(request)


@router.post(SIGN_IN, dependencies=[enters("session.start", FORM)])
async def sign_in(request: Request, entry: AuditDep) -> Response:
    """Start a session, and lead to the page that was asked for."""
    form = await FORM.read(request)
    account = await check_password(request, form.name, form.password.get_secret_value())
    method = SignIn.PASSWORD if account else SignIn.EMERGENCY
    user = await sessions.begin(request, account, method)
    entry.by(user)
    entry.note(method=method)
    back = inside(form.next)
    return done(request, back if back != "/" else user.preferences.start or back)


@router.get(SIGN_IN_BASIC, dependencies=[sees(Permission.SERVER_READ)])
async def sign_in_basic(request: Request) -> Response:
    """Ask the browser for HTTP Basic, and lead to the overview.

    It is for the emergency account while the store fails. The place is not below /sign-in, because
    browsers send the password unasked only below the folder of the first such page (RFC 7617, 2.2).
    """
    return RedirectResponse(link(request, "/"), 303)
