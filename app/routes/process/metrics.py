"""/metrics: the figures of all workers, for Prometheus."""

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from starlette.requests import Request
from starlette.responses import Response

from app.monitoring.metrics import Metrics
from app.security.guards import scrapes

router = APIRouter()


@router.get("/metrics", dependencies=[scrapes()])
async def metrics(request: Request) -> Response:
    """Return the figures; it asks LiveKit nothing."""
    kept: Metrics = request.app.state.metrics
    return Response(kept.text(), media_type=CONTENT_TYPE_PLAIN_0_0_4)
