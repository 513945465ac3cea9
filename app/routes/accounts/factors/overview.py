"""/account/second-factor: which factors one's account has, and what can be changed."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.security.accounts.challenges import site_of
from app.security.accounts.guards import sees_own
from app.services.accounts import accounts
from app.services.accounts.factors import factors, passkeys
from app.text.paths import SECOND_FACTOR
from app.web.deps import StoreDep, UserDep
from app.web.pages import page

router = APIRouter()


@router.get(SECOND_FACTOR, dependencies=[sees_own(enrolling=True)])
async def second_factor(request: Request, user: UserDep, store: StoreDep) -> Response:
    """Show the factors of one's own account; the emergency account has none."""
    template = "accounts/factors/overview.html.j2"
    if user.account is None:
        return await page(request, template, live=False, account=None)
    account = await accounts.by_id(store, user.account)
    held = await passkeys.of_user(store, user.account)
    return await page(
        request,
        template,
        live=False,
        account=account,
        factors=await factors.of(store, user.account),
        passkeys=held,
        # what proves who it is; without, a provider does, and its affair the second factor is
        can_prove=bool(account.password_hash or held),
        site=site_of(request),
    )
