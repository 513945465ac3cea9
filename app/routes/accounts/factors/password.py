"""/account/second-factor/password/remove: passkeys in place of the password."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.inputs.accounts.factors import Agreed
from app.routes.accounts.factors import forms
from app.security.accounts import proof
from app.security.accounts.guards import does_own, sees_own
from app.security.accounts.own import own_account
from app.services.accounts.factors import factors, passkeys
from app.text.paths import SECOND_FACTOR
from app.web.context import RequestContext
from app.web.deps import StoreDep, UserDep
from app.web.forms import FormPage, Loaded
from app.web.pages import done

REMOVE = f"{SECOND_FACTOR}/password/remove"

router = APIRouter()


async def _load(ctx: RequestContext) -> Loaded:
    """Load the passkeys by which one would sign in from then on."""
    account = await own_account(ctx.request)
    return {"passkeys": await passkeys.of_user(ctx.store, account.id)}, {}


FORM: FormPage[Any] = FormPage("accounts/factors/password_remove.html.j2", Agreed, _load)


@router.get(REMOVE, dependencies=[sees_own(enrolling=True)])
async def remove_page(request: Request) -> Response:
    """Ask whether to remove the password."""
    return await forms.show(request, FORM)


@router.post(REMOVE, dependencies=[does_own("factor.password.remove", FORM, enrolling=True)])
async def remove(request: Request, store: StoreDep, user: UserDep) -> Response:
    """Remove the password."""
    proof.check(request)
    account = await own_account(request)
    await factors.remove_password(store, account.id, user.session)
    return done(request, SECOND_FACTOR, "Your password was removed. Sign in with a passkey.")
