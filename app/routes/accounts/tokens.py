"""/account/tokens: one's own tokens for programs: the list, a new one, and revoking one."""

from datetime import UTC, datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands import curl
from app.errors import Invalid, NotFound
from app.inputs.accounts.tokens import CreateToken, RevokeToken
from app.labels.permissions import BY_NAME, PERMISSIONS
from app.security.accounts.guards import does_own, sees_own
from app.security.roles import NEVER_BY_TOKEN, Permission, User
from app.services.accounts import tokens
from app.text.paths import ACCOUNT_TOKENS, API
from app.web.base_path import full_address
from app.web.context import RequestContext
from app.web.deps import AuditDep, StoreDep, TokenNumber, UserDep
from app.web.forms import FormPage, Loaded
from app.web.pages import done, page

router = APIRouter(prefix=ACCOUNT_TOKENS)
EXAMPLE = f"{API}/rooms"
NO_ACCOUNT = "The emergency account has no tokens. Sign in with an account of your own."


def _grantable(user: User) -> frozenset[Permission]:
    return user.permissions - NEVER_BY_TOKEN


async def _to_create(ctx: RequestContext) -> Loaded:
    """Load the permissions to choose from: those that the user has."""
    _account(ctx.user)
    held = _grantable(ctx.user)
    groups = {
        area: {name: each for name, each in group.items() if name in held}
        for area, group in PERMISSIONS.items()
    }
    return {"groups": groups}, {"days": "90", "scope": "chosen"}


async def _to_revoke(ctx: RequestContext) -> Loaded:
    """Load the token that the address names."""
    number = int(ctx.request.path_params["token"])
    return {"token": await tokens.get(ctx.store, number, _account(ctx.user))}, {}


def _account(user: User) -> int:
    """Return the number of the user's account. Raises NotFound for the emergency account."""
    if user.account is None:
        raise NotFound(NO_ACCOUNT)
    return user.account


CREATE = FormPage("accounts/tokens/new.html.j2", CreateToken, _to_create)
REVOKE = FormPage("accounts/tokens/revoke.html.j2", RevokeToken, _to_revoke)


@router.get("", dependencies=[sees_own()])
async def tokens_index(request: Request, store: StoreDep, user: UserDep) -> Response:
    """Show the user's tokens with their last use, the newest first."""
    shown = [] if user.account is None else await tokens.listed(store, user.account)
    return await page(
        request,
        "accounts/tokens/index.html.j2",
        tokens=shown,
        known=BY_NAME,
        has_account=user.account is not None,
        now=datetime.now(UTC),
    )


@router.get("/-/new", dependencies=[sees_own()])
async def new_token_form(request: Request) -> Response:
    """Show the form for a new token."""
    return await CREATE.show(request)


@router.post("/-/new", dependencies=[does_own("account.token.create", CREATE)])
async def create_token(
    request: Request, store: StoreDep, user: UserDep, audit: AuditDep
) -> Response:
    """Create a token, and show it once: it is in no other response, no log and no address."""
    form = await CREATE.read(request)
    account = _account(user)
    granted = None if form.scope == "all" else form.permission
    if granted is not None and not set(granted) <= _grantable(user):
        raise Invalid(fields={"permission": "Choose permissions that you have yourself."})
    audit.note(name=form.name, permissions=granted or "all", days=form.days)
    number, secret = await tokens.create(store, account, form.name, granted, form.lifetime)
    audit.note(number=number)
    token = await tokens.get(store, number, account)
    example = curl.get(full_address(request, EXAMPLE), {"Authorization": f"Bearer {secret}"})
    return await CREATE.asks(request, token=token, secret=secret, example=example, known=BY_NAME)


@router.get("/{token}/revoke", dependencies=[sees_own()])
async def revoke_token_form(request: Request, token: TokenNumber) -> Response:
    """Ask whether to revoke the token."""
    return await REVOKE.show(request)


@router.post("/{token}/revoke", dependencies=[does_own("account.token.revoke", REVOKE)])
async def revoke_token(
    request: Request, store: StoreDep, user: UserDep, token: TokenNumber, audit: AuditDep
) -> Response:
    """Revoke the token for good."""
    known = await tokens.get(store, token, _account(user))
    audit.note(name=known.name)
    await tokens.revoke(store, token, known.user_id)
    return done(request, ACCOUNT_TOKENS, f"The token {known.name} was revoked.")
