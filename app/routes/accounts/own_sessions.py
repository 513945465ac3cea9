"""/account/sessions: where one is signed in; each session can be ended."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from app.errors import NotFound
from app.security.accounts.guards import does_own, sees_own
from app.security.accounts.sessions import limits_of
from app.services.accounts import sessions
from app.services.accounts.devices import device
from app.text.paths import ACCOUNT
from app.web.deps import AuditDep, SettingsDep, StoreDep, UserDep
from app.web.pages import done, page

SESSIONS = f"{ACCOUNT}/sessions"
Number = Annotated[int, Path(ge=1, le=2**62)]

router = APIRouter(prefix=SESSIONS)


@router.get("", dependencies=[sees_own()])
async def own_sessions(
    request: Request, user: UserDep, store: StoreDep, settings: SettingsDep
) -> Response:
    """Show all sessions of who asks, the newest first."""
    limits = limits_of(settings)
    found = await sessions.of_user(store, user.account, limits)
    return await page(
        request,
        "accounts/sessions.html.j2",
        sessions=[(each, device(each.agent)) for each in found],
        limits=limits,
    )


@router.post("/end-others", dependencies=[does_own("session.end_others")])
async def end_others(request: Request, user: UserDep, store: StoreDep, entry: AuditDep) -> Response:
    """End all sessions of who asks, except the one that asks."""
    ended = await sessions.end_others(store, user.account, user.session)
    entry.note(sessions=ended)
    return done(
        request, SESSIONS, f"{ended} other {'session' if ended == 1 else 'sessions'} ended."
    )


@router.post("/{number}/end", dependencies=[does_own("session.end_one")])
async def end_session(request: Request, number: Number, user: UserDep, store: StoreDep) -> Response:
    """End one session of who asks."""
    if not await sessions.end(store, number, user.account):
        raise NotFound("This session has ended already.")
    return done(request, SESSIONS, "The session has ended.")
