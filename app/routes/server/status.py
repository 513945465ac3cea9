"""/server: whether LiveKit can be reached, for the top bar of pages that do not ask it anything."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.security.guards import sees
from app.security.roles import Permission
from app.web.deps import LiveKitDep
from app.web.pages import is_fragment, page

router = APIRouter()


@router.get("/server", dependencies=[sees(Permission.SERVER_READ)])
async def server_status(request: Request, livekit: LiveKitDep) -> Response:
    """Show the server's status: as a page, or as the top bar has it."""
    server = await livekit.probe()
    return await page(
        request,
        "server/status.html.j2",
        live=False,
        server=server,
        server_url=None,
        in_top_bar=is_fragment(request),
    )
