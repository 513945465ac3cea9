"""/account: who one is here, and one's name and password."""

from dataclasses import replace
from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Invalid
from app.inputs.accounts.own import ChangePassword, Rename
from app.routes.accounts.shared import PowersDep
from app.security.accounts import sessions
from app.security.accounts.guards import does_own, sees_own
from app.security.accounts.own import own_account
from app.security.accounts.sign_in import check_own_password
from app.services.accounts import changing, passwords
from app.services.accounts.names import normal
from app.services.accounts.passwords import Passwords
from app.services.accounts.states import SignIn
from app.services.audit.changes import between, secret_changed
from app.text.paths import ACCOUNT
from app.web.context import RequestContext
from app.web.deps import AuditDep, StoreDep, UserDep
from app.web.forms import FormPage, Loaded
from app.web.pages import done, page

router = APIRouter(prefix=ACCOUNT)


async def _name(ctx: RequestContext) -> Loaded:
    return {}, {"name": (await own_account(ctx.request)).name}


async def _password(ctx: RequestContext) -> Loaded:
    account = await own_account(ctx.request)
    return {"account": account, "shortest": passwords.SHORTEST}, {}


NAME = FormPage("accounts/name.html.j2", Rename, _name)
PASSWORD = FormPage("accounts/password.html.j2", ChangePassword, _password)


@router.get("", dependencies=[sees_own()])
async def account_page(request: Request, user: UserDep) -> Response:
    """Show one's own account; the emergency account is only in the configuration."""
    account = await own_account(request) if user.account is not None else None
    return await page(request, "accounts/account.html.j2", live=False, account=account)


@router.get("/name", dependencies=[sees_own()])
async def name_form(request: Request) -> Response:
    """Ask for another name."""
    return await NAME.show(request)


@router.post("/name", dependencies=[does_own("account.rename", NAME)])
async def rename(request: Request, store: StoreDep, powers: PowersDep, entry: AuditDep) -> Response:
    """Change one's name; the audit keeps the names that people had."""
    form = await NAME.read(request)
    account = await own_account(request)
    entry.changes(between({"name": account.name}, {"name": normal(form.name)}))
    await changing.rename(store, powers, account, form.name)
    return done(request, ACCOUNT, f"Your name is now {form.name.strip()}.")


@router.get("/password", dependencies=[sees_own()])
async def password_form(request: Request) -> Response:
    """Ask for another password."""
    return await PASSWORD.show(request)


@router.post("/password", dependencies=[does_own("account.password", PASSWORD)])
async def change_password(request: Request, entry: AuditDep) -> Response:
    """Change one's password; that ends all sessions, and begins a new one in this browser."""
    form = await PASSWORD.read(request)
    account = await own_account(request)
    new = form.new.get_secret_value()
    await check_own_password(request, account, form.current.get_secret_value(), "current")
    if problem := passwords.problem(new, account.name):
        raise Invalid(fields={"new": problem})
    hashing: Passwords = request.app.state.passwords
    hashed = await hashing.hashed(new)
    change = partial(changing.set_password_within, account=account, password_hash=hashed)
    renewed = replace(account, password_hash=hashed)
    entry.changes(secret_changed("password"))
    await sessions.begin(request, renewed, SignIn.PASSWORD, first=change)
    return done(request, ACCOUNT, "Your password has been changed. All other sessions have ended.")
