"""/roles/{role}: one role: its page, edit, delete."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from app.inputs.accounts.roles import DeleteRole, RoleForm
from app.routes.accounts.shared import PowersDep
from app.security.accounts.powers import BUILT_IN, powers_of
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.accounts import roles
from app.services.accounts.names import normal
from app.services.audit.changes import between
from app.text.paths import ROLES, name_in, role_path
from app.web.context import RequestContext
from app.web.deps import AuditDep, StoreDep
from app.web.forms import FormPage, Loaded
from app.web.pages import done, page

router = APIRouter(prefix=f"{ROLES}/{{role}}")


async def _named(segment: Annotated[str, Path(alias="role", max_length=1000)]) -> str:
    return name_in(segment)


RoleName = Annotated[str, Depends(_named)]


async def _role(ctx: RequestContext) -> Loaded:
    """Load the role with its fields, and which permissions may be given."""
    role = await roles.get(ctx.store, ctx.name("role"))
    given = powers_of(ctx.user, ctx.settings).held
    fields = {"name": role.name, "permission": sorted(role.permissions)}
    return {"role": role, "given": given}, fields


EDIT = FormPage("accounts/roles/edit.html.j2", RoleForm, _role)
DELETE = FormPage("accounts/roles/delete.html.j2", DeleteRole, _role)


@router.get("", dependencies=[sees(Permission.ACCOUNTS_READ)])
async def role_page(
    request: Request, store: StoreDep, powers: PowersDep, name: RoleName
) -> Response:
    """Show what the role permits, and who has it."""
    own = None if name in BUILT_IN else await roles.get(store, name)
    held = own.permissions if own else BUILT_IN[name]
    users = await roles.users_of(store)
    return await page(
        request,
        "accounts/roles/role.html.j2",
        live=False,
        name=name,
        own=own,
        held=held,
        users=users.get(name, 0),
        missing=powers.missing(held),
    )


@router.get("/edit", dependencies=[sees(Permission.ACCOUNTS_WRITE)])
async def edit_role_form(request: Request) -> Response:
    """Show the role to edit."""
    return await EDIT.show(request)


@router.post("/edit", dependencies=[does("role.edit", Permission.ACCOUNTS_WRITE, EDIT)])
async def edit_role(
    request: Request,
    store: StoreDep,
    powers: PowersDep,
    old: RoleName,
    entry: AuditDep,
) -> Response:
    """Change the role, also for those who have it."""
    form = await EDIT.read(request)
    name = normal(form.name)
    before = await roles.edit(store, powers, old, name, form.given)
    entry.changes(
        between({"name": old, "permissions": before}, {"name": name, "permissions": form.given})
    )
    return done(request, role_path(name), f"Role {name} was saved.")


@router.get("/delete", dependencies=[sees(Permission.ACCOUNTS_WRITE)])
async def delete_role_form(request: Request) -> Response:
    """Ask before the role is deleted."""
    return await DELETE.show(request)


@router.post("/delete", dependencies=[does("role.delete", Permission.ACCOUNTS_WRITE, DELETE)])
async def delete_role(
    request: Request,
    store: StoreDep,
    powers: PowersDep,
    name: RoleName,
    entry: AuditDep,
) -> Response:
    """Delete the role, which nobody may have."""
    await DELETE.read(request)
    before = await roles.remove(store, powers, name)
    entry.note(permissions=sorted(before))
    return done(request, ROLES, f"Role {name} was deleted.")
