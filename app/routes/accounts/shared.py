"""What the pages of users share."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response

from app.security.accounts.powers import BUILT_IN, powers_of
from app.services.accounts import roles
from app.services.accounts.links import NewLink
from app.services.accounts.powers import Powers
from app.text.paths import one_time_path
from app.web.base_path import full_address
from app.web.context import RequestContext
from app.web.pages import page


async def _powers(request: Request) -> Powers:
    ctx = RequestContext(request)
    return powers_of(ctx.user, ctx.settings)


# What the signed-in user may give to accounts.
PowersDep = Annotated[Powers, Depends(_powers)]


async def offered_roles(ctx: RequestContext) -> list[str]:
    """Return the roles that the user may give: built-in ones first. Raises StoreError."""
    powers = powers_of(ctx.user, ctx.settings)
    built_in = [name for name, held in BUILT_IN.items() if not powers.missing(held)]
    own = await roles.listed(ctx.store)
    return [*built_in, *(role.name for role in own if not powers.missing(role.permissions))]


async def link_page(request: Request, number: int, name: str, made: NewLink) -> Response:
    """Show a link, with the address by which the browser reached this dashboard."""
    url = full_address(request, one_time_path(made.kind, made.key))
    return await page(
        request,
        "accounts/users/link.html.j2",
        live=False,
        number=number,
        name=name,
        made=made,
        url=url,
    )
