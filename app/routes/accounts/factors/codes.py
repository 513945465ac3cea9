"""/account/second-factor/codes: new recovery codes in place of the old ones."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.inputs.accounts.factors import Agreed
from app.routes.accounts.factors import forms
from app.security.accounts import proof
from app.security.accounts.guards import does_own, sees_own
from app.security.accounts.own import own_account
from app.services.accounts.factors import factors, recovery
from app.text.paths import SECOND_FACTOR
from app.web.context import RequestContext
from app.web.deps import StoreDep, UserDep
from app.web.forms import FormPage, Loaded

CODES = f"{SECOND_FACTOR}/codes"

router = APIRouter()


async def _load(ctx: RequestContext) -> Loaded:
    """Load how many codes are left, which the new ones replace."""
    account = await own_account(ctx.request)
    return {"left": (await factors.of(ctx.store, account.id)).codes}, {}


FORM: FormPage[Any] = FormPage("accounts/factors/codes_new.html.j2", Agreed, _load)


@router.get(CODES, dependencies=[sees_own(enrolling=True)])
async def codes_page(request: Request) -> Response:
    """Ask whether to replace the codes."""
    return await forms.show(request, FORM)


@router.post(CODES, dependencies=[does_own("factor.codes", FORM, enrolling=True)])
async def new_codes(request: Request, store: StoreDep, user: UserDep) -> Response:
    """Replace the codes, and show the new ones."""
    proof.check(request)
    account = await own_account(request)
    codes = await recovery.renew(store, account.id, user.session)
    return await forms.codes_page(request, codes, "The codes that you had before no longer work.")
