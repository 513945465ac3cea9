"""/account/second-factor/app: one's authenticator app."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.meet import qr_code
from app.errors import Invalid
from app.inputs.accounts.factors import Agreed, ConfirmApp
from app.routes.accounts.factors import forms
from app.security.accounts import proof
from app.security.accounts.guards import does_own, sees_own
from app.security.accounts.own import own_account
from app.security.body import posted
from app.services.accounts.factors import authenticators
from app.text.paths import SECOND_FACTOR
from app.web.context import RequestContext
from app.web.deps import StoreDep, UserDep
from app.web.forms import FormPage, Loaded
from app.web.pages import done

APP = f"{SECOND_FACTOR}/app"
EXPIRED = "This QR code has expired. Scan the new one, and enter its code."

router = APIRouter()


async def _load(ctx: RequestContext) -> Loaded:
    """Load the secret that the app is to learn: the one on the page, if it is shown again."""
    account = await own_account(ctx.request)
    sealer = ctx.request.app.state.sealer
    sent = "" if ctx.request.method == "GET" else (await posted(ctx.request)).get("setup")
    setup = authenticators.resumed(sealer, account.id, str(sent)) if sent else None
    setup = setup or authenticators.begin(sealer, account.id)
    issuer = ctx.settings.dashboard_name or "LiveKit Dashboard"
    code = qr_code(setup.address(account.name, issuer))
    return {"setup": setup, "code": code, "issuer": issuer, "account": account}, {}


FORM = FormPage("accounts/factors/app.html.j2", ConfirmApp, _load)
REMOVE: FormPage[Any] = FormPage("accounts/factors/app_remove.html.j2", Agreed)


@router.get(APP, dependencies=[sees_own(enrolling=True)])
async def app_page(request: Request) -> Response:
    """Show a QR code for the app, and ask for its first code."""
    return await forms.show(request, FORM)


@router.post(APP, dependencies=[does_own("factor.app.add", FORM, enrolling=True)])
async def add_app(request: Request, store: StoreDep, user: UserDep) -> Response:
    """Store the app if its first code is right."""
    proof.check(request)
    form = await FORM.read(request)
    account = await own_account(request)
    sealer = request.app.state.sealer
    setup = authenticators.resumed(sealer, account.id, form.setup)
    if setup is None:
        raise Invalid(fields={"code": EXPIRED})
    code = "".join(form.code.split())
    await authenticators.confirm(store, sealer, account.id, setup, code, user.session)
    return await forms.added(request, account, "Your authenticator app is set up.")


@router.get(f"{APP}/remove", dependencies=[sees_own(enrolling=True)])
async def remove_page(request: Request) -> Response:
    """Ask whether to remove the app."""
    return await forms.show(request, REMOVE)


@router.post(f"{APP}/remove", dependencies=[does_own("factor.app.remove", REMOVE, enrolling=True)])
async def remove_app(request: Request, store: StoreDep, user: UserDep) -> Response:
    """Remove the app."""
    proof.check(request)
    account = await own_account(request)
    await authenticators.remove(store, account.id, user.session)
    return done(request, SECOND_FACTOR, "Your authenticator app was removed.")
