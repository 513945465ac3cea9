"""/account/confirm: a password or a passkey proves that a change of factors is the person's own."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.inputs.accounts.factors import ProveByPassword, UsePasskey
from app.security.accounts import challenges, proof
from app.security.accounts.challenges import Purpose, site_of
from app.security.accounts.guards import does_own, sees_own
from app.security.accounts.own import own_account
from app.security.accounts.sign_in import check_own_password
from app.services.accounts.factors import ceremonies, passkeys
from app.text.paths import ACCOUNT_CONFIRM, SECOND_FACTOR
from app.text.places import inside
from app.web.context import RequestContext
from app.web.deps import StoreDep
from app.web.forms import FormPage, Loaded
from app.web.pages import done

router = APIRouter()


async def _load(ctx: RequestContext) -> Loaded:
    """Load by what the person may prove who it is."""
    account = await own_account(ctx.request)
    context = {
        "has_password": account.password_hash is not None,
        "passkeys": await passkeys.of_user(ctx.store, account.id),
        "site": site_of(ctx.request),
    }
    return context, {"next": inside(ctx.query.get("next", SECOND_FACTOR))}


FORM = FormPage("accounts/factors/proof.html.j2", ProveByPassword, _load)
PASSKEY = FormPage("accounts/factors/proof.html.j2", UsePasskey, _load)


@router.get(ACCOUNT_CONFIRM, dependencies=[sees_own(enrolling=True)])
async def proof_page(request: Request) -> Response:
    """Show the form."""
    return await FORM.show(request)


@router.post(ACCOUNT_CONFIRM, dependencies=[does_own("account.confirm", FORM, enrolling=True)])
async def by_password(request: Request) -> Response:
    """Accept one's own password, and lead to the change."""
    form = await FORM.read(request)
    account = await own_account(request)
    await check_own_password(request, account, form.password.get_secret_value(), "password")
    proof.remember(request)
    return done(request, inside(form.next))


@router.get(f"{ACCOUNT_CONFIRM}/challenge", dependencies=[sees_own(enrolling=True)])
async def challenge(request: Request, store: StoreDep) -> Response:
    """Return what the browser asks one of the account's passkeys, as JSON."""
    account = await own_account(request)
    held = [passkey.credential for passkey in await passkeys.of_user(store, account.id)]
    site = challenges.site(request)
    asked = challenges.begin(request, Purpose.CONFIRM)
    return JSONResponse(ceremonies.request(site, asked, held))


@router.post(
    f"{ACCOUNT_CONFIRM}/passkey",
    dependencies=[does_own("account.confirm", PASSKEY, enrolling=True)],
)
async def by_passkey(request: Request) -> Response:
    """Accept one of the account's passkeys, and lead to the change."""
    form = await PASSKEY.read(request)
    account = await own_account(request)
    await challenges.check(request, Purpose.CONFIRM, form.credential, account)
    proof.remember(request)
    return done(request, inside(form.next))
