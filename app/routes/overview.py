"""/: the server at a glance, by one ListRooms and one list call a part."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.deps import LiveKitDep, SettingsDep
from app.errors import LiveKitError
from app.pages import page
from app.security.permissions import sees
from app.security.roles import Permission
from app.services import capabilities, rooms

NEWEST = 8

router = APIRouter()
Answer = TypeVar("Answer")


@router.get("/", dependencies=[sees(Permission.SERVER_READ)])
async def overview(request: Request, livekit: LiveKitDep, settings: SettingsDep) -> Response:
    """Show totals, newest rooms and what the server offers; each panel fails alone."""
    (seen, failed), offers = await asyncio.gather(
        _settled(rooms.overview(livekit, NEWEST)), capabilities.ask(livekit, settings.enable_sip)
    )
    totals, newest = seen or (None, [])
    return await page(
        request,
        "index.html.j2",
        status=failed.status if failed else 200,
        totals=totals,
        newest=newest,
        failed=failed,
        offers=offers,
        seen=livekit.seen(),
    )


async def _settled(answer: Awaitable[Answer]) -> tuple[Answer | None, LiveKitError | None]:
    try:
        return await answer, None
    except LiveKitError as error:
        return None, error
