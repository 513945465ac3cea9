"""/settings: the configuration in force, the status of the server, and its services."""

import asyncio
from dataclasses import replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.about import report
from app.about.configuration import groups
from app.about.versions import versions
from app.security.guards import sees
from app.security.roles import Permission
from app.services.server import capabilities, files, live
from app.services.server import clock as livekit_clock
from app.services.server.workers import of_workers
from app.web.deps import LiveKitDep, SettingsDep, UserDep, WatchDep
from app.web.or_error import settled
from app.web.pages import page

router = APIRouter()


@router.get("/settings", dependencies=[sees(Permission.SETTINGS_READ)])
async def settings_page(
    request: Request, livekit: LiveKitDep, settings: SettingsDep, watch: WatchDep, user: UserDep
) -> Response:
    """Show all of it; if LiveKit is unreachable, say so and show the rest."""
    seen = await livekit.probe()
    state = request.app.state
    (clock, clock_failed), services, stored = await asyncio.gather(
        settled(livekit_clock.ask(livekit)),
        capabilities.ask_all(livekit, settings.enable_sip),
        files.of_storage(state.storage),
    )
    services.append(
        live.of_feed(state.hub.feed, state.relay, len(state.streams), settings.livekit_api_key)
    )
    services += stored
    if state.store and settings.otlp_forward_url:
        from app.services.server.forwarding import of_forwarding  # with the store, 30 MB

        services.append(await of_forwarding(state.store))
    reported = list(services)
    if watch and user.can(Permission.AGENTS_READ):
        services.append(of_workers(watch.latest()))
        reported.append(replace(services[-1], advice=""))  # without the addresses
    services.sort(key=lambda each: not each.failed)
    configuration, numbers = groups(settings), versions()
    return await page(
        request,
        "server/settings.html.j2",
        live=False,
        seen=seen,
        livekit_url=settings.browser_url,
        api_key=settings.livekit_api_key,
        clock=clock,
        clock_failed=clock_failed,
        services=services,
        groups=configuration,
        versions=numbers,
        report=report.text(numbers, seen, clock, reported, configuration),
    )
