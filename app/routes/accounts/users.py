"""/users: the accounts, and the form that invites somebody."""

import dataclasses
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.inputs.accounts.users import InviteUser
from app.routes.accounts.shared import PowersDep, link_page, offered_roles
from app.security.accounts import emergency
from app.security.accounts.powers import BUILT_IN
from app.security.accounts.sessions import limits_of
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.accounts import control, listing, roles
from app.services.accounts.listing import Wanted
from app.services.accounts.states import AccountState
from app.services.keyset import Pages
from app.services.lists import Ask
from app.text.paths import USERS
from app.web.context import RequestContext
from app.web.deps import AuditDep, SettingsDep, StoreDep, UserDep
from app.web.forms import FormPage, Loaded
from app.web.listing import asked
from app.web.pages import page

Cursor = Annotated[str | None, Query(max_length=1000)]

router = APIRouter(prefix=USERS)


@dataclasses.dataclass(frozen=True, slots=True)
class Filters:
    """The list's own filters, as they are in the address."""

    role: str
    state: AccountState | Literal[""]


async def _filters(
    role: Annotated[str, Query(max_length=200)] = "", state: AccountState | Literal[""] = ""
) -> Filters:
    return Filters(role, state)


async def _load(ctx: RequestContext) -> Loaded:
    return {"roles": await offered_roles(ctx)}, {}


ListDep = Annotated[Ask, asked("users")]
INVITE = FormPage("accounts/users/new.html.j2", InviteUser, _load)


@router.get("", dependencies=[sees(Permission.ACCOUNTS_READ)])
async def users_index(
    request: Request,
    store: StoreDep,
    settings: SettingsDep,
    ask: ListDep,
    filters: Annotated[Filters, Depends(_filters)],
    before: Cursor = None,
    after: Cursor = None,
) -> Response:
    """Show one page of the accounts that match, by name."""
    wanted = Wanted(ask.q.strip(), filters.role, filters.state)
    found = await listing.page(
        store, wanted, ask.per_page, limits_of(settings), before=before, after=after
    )
    users = Pages(found.rows, ask, dataclasses.asdict(filters), found.older, found.newer)
    own_roles = [role.name for role in await roles.listed(store)]
    return await page(
        request,
        "accounts/users/index.html.j2",
        live=before is None and after is None,
        users=users.at(USERS),
        filters=filters,
        roles=[(name, name) for name in (*BUILT_IN, *own_roles)],
        emergency=settings.admin_username if await emergency.is_on(store, settings) else "",
    )


@router.get("/-/new", dependencies=[sees(Permission.ACCOUNTS_WRITE)])
async def invite_form(request: Request) -> Response:
    """Ask who is invited, and with which role."""
    return await INVITE.show(request)


@router.post("/-/new", dependencies=[does("user.invite", Permission.ACCOUNTS_WRITE, INVITE)])
async def invite(
    request: Request, store: StoreDep, user: UserDep, powers: PowersDep, entry: AuditDep
) -> Response:
    """Create the account, and show the link once."""
    form = await INVITE.read(request)
    email = form.email.strip()
    number, made = await control.invite(
        store, powers, form.name, form.role, email=email, by=user.name
    )
    entry.note(account=str(number), person=form.name.strip(), given=form.role)
    return await link_page(request, number, form.name.strip(), made)
