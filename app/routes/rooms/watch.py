"""/rooms/{room}/watch: watch the room in the browser, as a hidden observer."""

import secrets
from dataclasses import asdict

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.inputs.live import Observe
from app.security.guards import does, sees
from app.security.headers import reaching_livekit
from app.security.roles import Permission
from app.services.rooms import rooms
from app.services.tokens import browser_tokens
from app.web.deps import LiveKitDep, RoomName, SettingsDep, UserDep
from app.web.forms import read
from app.web.pages import page

router = APIRouter()


@router.get("/rooms/{room}/watch", dependencies=[sees(Permission.ROOMS_READ)])
async def watch_page(
    request: Request, livekit: LiveKitDep, settings: SettingsDep, name: RoomName
) -> Response:
    """Show the page that watches the room; it joins only when the user starts it."""
    room = await rooms.get(livekit, name)
    response = await page(request, "rooms/watch.html.j2", live=False, room=room)
    response.headers.update(reaching_livekit(settings))
    return response


@router.post("/rooms/{room}/watch", dependencies=[does("room.watch", Permission.ROOMS_READ)])
async def watch(
    request: Request, livekit: LiveKitDep, settings: SettingsDep, user: UserDep, name: RoomName
) -> JSONResponse:
    """Return a token for a hidden observer; it is refused if joining would open the room."""
    form = await read(request, Observe)
    await rooms.get(livekit, name)
    observer = form.observer or secrets.token_hex(8)
    return JSONResponse(asdict(browser_tokens.observer_token(settings, name, user.name, observer)))
