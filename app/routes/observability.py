"""Where livekit-agents uploads what agents heard, said and did.

Source: livekit-agents, telemetry/traces.py: OTLP over HTTP, and a multipart upload at the end of
a session. An agent counts any status below 400 as done.
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.security.addresses import client_address
from app.security.guards import uploads
from app.services.conversations.receiving import receive_batch, receive_recording
from app.services.conversations.states import Batch
from app.services.conversations.uploads.media import JSON, PROTOBUF, essence
from app.services.conversations.uploads.unpacking import LARGEST_BATCH
from app.text.paths import OBSERVABILITY

router = APIRouter(prefix=OBSERVABILITY)

BATCH_SECONDS = 60.0
LARGEST_RECORDING = 512 * 1024 * 1024  # bytes
RECORDING_SECONDS = 900.0  # as long as the agent waits for the response


@router.post("/traces/otlp/v0", dependencies=[uploads(LARGEST_BATCH, BATCH_SECONDS)])
async def traces(request: Request) -> Response:
    """Keep a batch of spans."""
    return await _receive(request, Batch.TRACES)


@router.post("/logs/otlp/v0", dependencies=[uploads(LARGEST_BATCH, BATCH_SECONDS)])
async def logs(request: Request) -> Response:
    """Keep a batch of log records, some of which carry the history of a session."""
    return await _receive(request, Batch.LOGS)


@router.post("/metrics/otlp/v0", dependencies=[uploads(LARGEST_BATCH, BATCH_SECONDS)])
async def metrics(request: Request) -> Response:
    """Keep a batch of metrics."""
    return await _receive(request, Batch.METRICS)


@router.post("/recordings/v0", dependencies=[uploads(LARGEST_RECORDING, RECORDING_SECONDS)])
async def recording(request: Request) -> Response:
    """Keep the history of a session and its recording."""
    await receive_recording(
        request.app.state.uploads,
        request.state.uploader,
        request.headers.get("content-type", ""),
        request.stream(),
        client_address(request),
    )
    return Response(status_code=200)


async def _receive(request: Request, kind: Batch) -> Response:
    """Answer as OTLP has it: an empty response in the encoding of the request."""
    media_type = request.headers.get("content-type", "")
    await receive_batch(
        request.app.state.uploads,
        request.state.uploader,
        kind,
        await request.body(),
        request.headers.get("content-encoding", ""),
        media_type,
        client_address(request),
    )
    if essence(media_type) == JSON:
        return Response("{}", media_type=JSON)
    return Response(b"", media_type=PROTOBUF)
