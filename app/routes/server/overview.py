"""/: the server at a glance, by ListRooms and one list call per service."""

import asyncio

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.security.guards import sees
from app.security.roles import Permission
from app.services.egress import jobs
from app.services.ingress.ingresses import publishing
from app.services.rooms import rooms
from app.services.server import capabilities
from app.web.deps import PolledLiveKitDep, SettingsDep
from app.web.failures import describe
from app.web.or_error import settled
from app.web.pages import page

NEWEST = 8

router = APIRouter()


@router.get("/", dependencies=[sees(Permission.SERVER_READ)])
async def overview(request: Request, livekit: PolledLiveKitDep, settings: SettingsDep) -> Response:
    """Show totals, newest rooms and services; each panel fails alone."""
    (seen, failed), (egress_now, _), (ingresses, _), services = await asyncio.gather(
        settled(rooms.overview(livekit, NEWEST)),
        settled(jobs.overview(livekit, NEWEST)),
        settled(publishing(livekit)),
        capabilities.ask(livekit, settings.enable_sip),
    )
    totals, newest = seen or (None, [])
    answer = await page(
        request,
        "server/overview.html.j2",
        status=failed.status if failed else 200,
        totals=totals,
        newest=newest,
        failed=failed,
        egress_now=egress_now,
        ingresses=ingresses,
        services=services.all,
        seen=livekit.seen(),
    )
    if failed:
        answer.headers.update(describe(failed))
    return answer
