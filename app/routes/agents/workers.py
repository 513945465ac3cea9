"""/agents/workers: how the agent workers are, and what none of them does."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.setup import agent_worker_steps
from app.config.settings import Settings
from app.navigation.figures import Figure, Figures
from app.security.guards import sees
from app.security.roles import Permission
from app.services.agents.workers import lost, watching
from app.services.agents.workers.lost import Lost
from app.services.agents.workers.watching import Watch
from app.text.paths import AGENT_WORKERS, AGENTS
from app.web.deps import PolledLiveKitDep, SettingsDep, WatchDep
from app.web.or_error import settled
from app.web.pages import page

SHOWN = 20  # rows of each of the lists below the workers

router = APIRouter(prefix=AGENT_WORKERS)


@router.get("", dependencies=[sees(Permission.AGENTS_READ)])
async def workers_page(
    request: Request, livekit: PolledLiveKitDep, settings: SettingsDep, watch: WatchDep
) -> Response:
    """Show the workers of AGENT_WORKERS, untaken dispatches and jobs whose agent is gone.

    The workers are shown without LiveKit, too. Without AGENT_WORKERS, show how to set it.
    """
    if watch is None:
        steps = agent_worker_steps()
        return await page(request, "agents/workers/set_up.html.j2", live=False, steps=steps)
    return await _workers(request, livekit, settings, watch)


async def _workers(
    request: Request, livekit: PolledLiveKitDep, settings: Settings, watch: Watch
) -> Response:
    found, failed = await settled(lost.lost(livekit))
    rows = await watch.rows()
    return await page(
        request,
        "agents/workers/index.html.j2",
        topics=("agents",),
        figures=_figures(found) if found else None,
        rows=rows,
        fine=sum(row.fine for row in rows),
        watch=watch,
        interval=watching.INTERVAL,
        processes=settings.workers,
        lost=found,
        failed=failed,
        serving=lost.serving(rows),
        shown=SHOWN,
    )


def _figures(found: Lost) -> Figures:
    return {AGENTS: Figure(marked=len(found.untaken), at_least=not found.seen.scan.complete)}
