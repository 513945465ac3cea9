"""Errors of uploads, in the encoding of the request."""

from starlette.requests import Request
from starlette.responses import Response

from app.errors import DashboardError
from app.services.conversations.uploads.media import JSON, PROTOBUF, essence
from app.services.conversations.uploads.statuses import RETRY_SECONDS, UNAVAILABLE, status_of


def status(request: Request, error: DashboardError, headers: dict[str, str]) -> Response:
    """Return an error as OTLP has it; only what may be tried again says when."""
    sent = essence(request.headers.get("content-type", ""))
    if error.status == UNAVAILABLE:
        headers = {"Retry-After": str(RETRY_SECONDS)} | headers
    body = status_of(error, as_json=sent == JSON)
    return Response(body, error.status, headers, media_type=JSON if sent == JSON else PROTOBUF)
