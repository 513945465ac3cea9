"""/health: whether the process lives, and with ?deep=1 whether LiveKit and the store answer."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import JSONResponse

from app.security.guards import public
from app.web.deps import LiveKitDep

router = APIRouter()


@router.get("/health", dependencies=[public()])
async def health(
    request: Request, livekit: LiveKitDep, deep: Annotated[bool, Query()] = False
) -> JSONResponse:
    """Answer immediately; with `deep`, ask LiveKit and the store, and report if both respond."""
    if deep:
        store = request.app.state.store
        _, problem = await asyncio.gather(
            livekit.probe(), store.problem() if store else asyncio.sleep(0)
        )
        seen = livekit.seen()
        if seen is None or not seen.reachable or problem:
            return JSONResponse({"status": "unavailable"}, 503)
    return JSONResponse({"status": "ok"})
