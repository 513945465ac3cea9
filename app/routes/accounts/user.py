"""/users/{account}: one account: its page, and what is changed about it."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Invalid, NotFound
from app.inputs.accounts.users import DeleteUser, EditUser, NoFields
from app.routes.accounts.shared import PowersDep, link_page, offered_roles
from app.security.accounts.powers import held_by
from app.security.accounts.sessions import limits_of
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.accounts import accounts, control, listing, sessions
from app.services.accounts.accounts import Account
from app.services.accounts.devices import device
from app.services.accounts.factors import factors
from app.services.accounts.names import folded
from app.services.audit.changes import between
from app.text.formatters import plural
from app.text.paths import USERS, user_path
from app.web.actions.returning import returning
from app.web.context import RequestContext
from app.web.deps import AuditDep, SettingsDep, StoreDep, UserDep
from app.web.forms import FormPage, Loaded
from app.web.pages import done, page

Number = Annotated[int, Path(alias="account", ge=1, le=2**62)]

router = APIRouter(prefix=f"{USERS}/{{account}}")


def _does(action: str, form: FormPage[Any] | None = None) -> list[Any]:
    return [does(f"user.{action}", Permission.ACCOUNTS_WRITE, form)]


async def _account(ctx: RequestContext) -> Loaded:
    """Load the account that the address names."""
    number = ctx.request.path_params["account"]
    return {"account": await accounts.by_id(ctx.store, int(number))}, {}


async def _to_edit(ctx: RequestContext) -> Loaded:
    """Load the account with its fields, and the roles that it may get."""
    context, _ = await _account(ctx)
    account: Account = context["account"]
    fields = {"name": account.name, "email": account.email, "role": account.role}
    context["roles"] = await offered_roles(ctx)
    return context, fields | {"was": account.role}


async def _to_delete(ctx: RequestContext) -> Loaded:
    """Load the account, and what ends with it."""
    context, _ = await _account(ctx)
    row = await listing.one(ctx.store, context["account"].id, limits_of(ctx.settings))
    return context | {"row": row}, {}


EDIT = FormPage("accounts/users/edit.html.j2", EditUser, _to_edit)
LINK = FormPage("accounts/users/new_link.html.j2", NoFields, _account)
DISABLE = FormPage("accounts/users/disable.html.j2", NoFields, _to_delete)
RESET = FormPage("accounts/users/reset_factor.html.j2", NoFields, _account)
DELETE = FormPage("accounts/users/delete.html.j2", DeleteUser, _to_delete)

FORMS: dict[str, FormPage[Any]] = {
    "edit": EDIT,
    "link": LINK,
    "reset-factor": RESET,
    "disable": DISABLE,
    "delete": DELETE,
}
for name, form_page in FORMS.items():
    router.get(f"/{name}", dependencies=[sees(Permission.ACCOUNTS_WRITE)])(form_page.show)


@router.get("", dependencies=[sees(Permission.ACCOUNTS_READ)])
async def user_page(
    request: Request, store: StoreDep, settings: SettingsDep, powers: PowersDep, number: Number
) -> Response:
    """Show the account and its sessions."""
    limits = limits_of(settings)
    account = await accounts.by_id(store, number)
    row = await listing.one(store, number, limits)
    if row is None:
        raise NotFound("The account was just deleted.")
    found = await sessions.of_user(store, number, limits)
    return await page(
        request,
        "accounts/users/user.html.j2",
        account=account,
        row=row,
        factors=await factors.of(store, number),
        missing=powers.missing(held_by(account)),
        sessions=[(each, device(each.agent)) for each in found],
    )


@router.post("/edit", dependencies=_does("edit", EDIT))
async def edit(
    request: Request,
    store: StoreDep,
    powers: PowersDep,
    number: Number,
    entry: AuditDep,
) -> Response:
    """Change name, e-mail address and role."""
    form = await EDIT.read(request)
    email = form.email.strip()
    role = form.role if form.role != form.was else None
    change = await control.edit(store, powers, number, name=form.name, email=email, role=role)
    after = await accounts.by_id(store, number)
    old, new = (
        {name: getattr(state, name) for name in ("name", "email", "role")}
        for state in (change.before, after)
    )
    changed = between(old, new)
    entry.note(person=after.name, links_voided=change.links)
    entry.changes(changed)
    voided = " The link that was still open is void: create a new one." if change.links else ""
    text = f"{after.name} was saved.{voided}" if changed else "Nothing was changed."
    return done(request, user_path(number), text, "ok" if changed and not voided else "warn")


@router.post("/link", dependencies=_does("link", LINK))
async def new_link(
    request: Request,
    store: StoreDep,
    user: UserDep,
    powers: PowersDep,
    number: Number,
    entry: AuditDep,
) -> Response:
    """Make a link by which a password is chosen, and show it once."""
    await LINK.read(request)
    account, made = await control.new_link(store, powers, number, user.name)
    entry.note(person=account.name, kind=made.kind, expires=made.expires)
    return await link_page(request, number, account.name, made)


@router.post("/end-sessions", dependencies=_does("end_sessions"))
async def end_sessions(
    request: Request,
    store: StoreDep,
    powers: PowersDep,
    number: Number,
    entry: AuditDep,
) -> Response:
    """End all sessions of the account."""
    change = await control.end_sessions(store, powers, number)
    entry.note(person=change.before.name, sessions=change.sessions)
    text = f"{plural(change.sessions, 'session')} of {change.before.name} ended."
    return done(request, user_path(number), text)


@router.post("/reset-factor", dependencies=_does("reset_factor", RESET))
async def reset_factor(
    request: Request,
    store: StoreDep,
    powers: PowersDep,
    number: Number,
    entry: AuditDep,
) -> Response:
    """Remove the second factors of somebody who lost them."""
    await RESET.read(request)
    change = await control.reset_factors(store, powers, number)
    entry.note(person=change.before.name, sessions=change.sessions)
    text = f"The second factor of {change.before.name} was reset."
    return done(request, user_path(number), text)


@router.post("/disable", dependencies=_does("disable", DISABLE))
async def disable(
    request: Request,
    store: StoreDep,
    powers: PowersDep,
    number: Number,
    entry: AuditDep,
) -> Response:
    """Let nobody sign in with the account."""
    await DISABLE.read(request)
    change = await control.disable(store, powers, number)
    entry.note(person=change.before.name, sessions=change.sessions, links_voided=change.links)
    entry.changes(between({"disabled": False}, {"disabled": True}))
    places = user_path(number), USERS
    return done(request, returning(request, *places), f"{change.before.name} was disabled.")


@router.post("/enable", dependencies=_does("enable"))
async def enable(
    request: Request,
    store: StoreDep,
    powers: PowersDep,
    number: Number,
    entry: AuditDep,
) -> Response:
    """Let people sign in with the account again."""
    change = await control.enable(store, powers, number)
    entry.note(person=change.before.name)
    entry.changes(between({"disabled": True}, {"disabled": False}))
    return done(request, user_path(number), f"{change.before.name} can sign in again.")


@router.post("/delete", dependencies=_does("delete", DELETE))
async def delete(
    request: Request,
    store: StoreDep,
    powers: PowersDep,
    number: Number,
    entry: AuditDep,
) -> Response:
    """Delete the account once its name was typed."""
    form = await DELETE.read(request)
    account = await accounts.by_id(store, number)
    entry.note(person=account.name)
    if folded(form.typed) != folded(account.name):
        error = Invalid(fields={"typed": f"Enter {account.name} to confirm."})
        error.advice = "Nothing was deleted."
        raise error
    change = await control.remove(store, powers, number)
    entry.note(had=change.before.role, sessions=change.sessions)
    return done(request, USERS, f"{account.name} was deleted.")
