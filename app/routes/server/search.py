"""/search: everything by name or id, as you type or as a page; /keys: help."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.navigation.actions import places
from app.navigation.search import search
from app.security.guards import sees
from app.security.roles import Permission
from app.web.context import RequestContext
from app.web.deps import LiveKitDep, SettingsDep, UserDep
from app.web.pages import page

router = APIRouter()


@router.get("/search", dependencies=[sees(Permission.SERVER_READ)])
async def search_page(
    request: Request,
    livekit: LiveKitDep,
    settings: SettingsDep,
    user: UserDep,
    q: Annotated[str, Query(max_length=1000)] = "",
    start: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """Show everything with `q` in its name or id; without `q`, only pages and actions.

    With `start`, show the participants of further rooms.
    """
    wanted = q.strip()
    found = await search(livekit, wanted, user, settings.enable_sip, start) if wanted else []
    if wanted and not start and settings.stored_in:
        from app.navigation import past  # with SQLAlchemy, which only a store needs
        from app.routes.history.shared import masking

        store = RequestContext(request).store
        if user.can(Permission.HISTORY_READ):
            found.append(await past.sessions(store, wanted, masking(user)))
        if user.can(Permission.CONVERSATIONS_READ):
            found.append(await past.conversations(store, wanted))
    groups = [*(places(wanted, user, settings) if not start else ()), *found]
    shown = sorted(groups, key=lambda group: not group.hits)
    return await page(request, "server/search.html.j2", live=False, q=q, groups=shown)


@router.get("/keys", dependencies=[sees(Permission.SERVER_READ)])
async def keys_page(request: Request, settings: SettingsDep) -> Response:
    """Show the keys, and let them be switched off."""
    has_api = bool(settings.stored_in)
    return await page(request, "keys.html.j2", live=False, has_api=has_api)
