"""/health: whether the process lives, and with ?deep=1 whether LiveKit answers it."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from app.security.guards import public
from app.web.deps import LiveKitDep

router = APIRouter()


@router.get("/health", dependencies=[public()])
async def health(livekit: LiveKitDep, deep: Annotated[bool, Query()] = False) -> JSONResponse:
    """Answer immediately; with `deep`, ask LiveKit first, and report only whether it responds."""
    if deep:
        await livekit.probe()
        seen = livekit.seen()
        if seen is None or not seen.reachable:
            return JSONResponse({"status": "unavailable"}, 503)
    return JSONResponse({"status": "ok"})
