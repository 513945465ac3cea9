"""/roles: the roles, and the form for a new one."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.inputs.accounts.roles import RoleForm
from app.labels.permissions import ALWAYS
from app.routes.accounts.shared import PowersDep
from app.security.accounts.powers import BUILT_IN, powers_of
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.accounts import roles
from app.services.accounts.names import normal
from app.text.paths import ROLES, role_path
from app.web.context import RequestContext
from app.web.deps import AuditDep, StoreDep
from app.web.forms import FormPage, Loaded
from app.web.pages import done, page

router = APIRouter(prefix=ROLES)


async def _load(ctx: RequestContext) -> Loaded:
    """Load which permissions may be given, and those of the role to copy, if there is one."""
    powers = powers_of(ctx.user, ctx.settings)
    copied = ctx.query.get("copy", "")
    held = frozenset({ALWAYS})
    if copied in BUILT_IN:
        held = BUILT_IN[copied]
    elif copied:
        held = (await roles.get(ctx.store, copied)).permissions
    return {"copied": copied, "given": powers.held}, {"permission": sorted(held & powers.held)}


NEW = FormPage("accounts/roles/new.html.j2", RoleForm, _load)


@router.get("", dependencies=[sees(Permission.ACCOUNTS_READ)])
async def roles_index(request: Request, store: StoreDep) -> Response:
    """Show all roles, and how many users have each."""
    return await page(
        request,
        "accounts/roles/index.html.j2",
        live=False,
        built_in=BUILT_IN,
        own=await roles.listed(store),
        users=await roles.users_of(store),
    )


@router.get("/-/new", dependencies=[sees(Permission.ACCOUNTS_WRITE)])
async def new_role_form(request: Request) -> Response:
    """Ask for a name and permissions."""
    return await NEW.show(request)


@router.post("/-/new", dependencies=[does("role.create", Permission.ACCOUNTS_WRITE, NEW)])
async def create_role(
    request: Request, store: StoreDep, powers: PowersDep, entry: AuditDep
) -> Response:
    """Create the role."""
    form = await NEW.read(request)
    name = normal(form.name)
    await roles.create(store, powers, name, form.given)
    entry.note(role=name, permissions=sorted(form.given))
    return done(request, role_path(name), f"Role {name} was created.")
