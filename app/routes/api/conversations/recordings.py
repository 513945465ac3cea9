"""/api/v1/conversations/{job}/recording: the sound of a conversation."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from app.routes.conversations.recording import recording
from app.security.roles import Permission
from app.web.api.access import api_router, reads
from app.web.deps import JobId, StoreDep

router = api_router("/conversations", "Conversations")

FILE = {"type": "string", "format": "binary"}
SOUND: dict[str, Any] = {
    "content": {
        "audio/ogg": {"schema": FILE},
        "application/octet-stream": {"schema": FILE},
    }
}
ANSWERS: dict[int | str, dict[str, Any]] = {
    200: SOUND | {"description": "All of it."},
    206: SOUND | {"description": "The part that the header Range asks for."},
    416: {"description": "There is no such part."},
}


@router.get(
    "/{job}/recording",
    dependencies=reads(Permission.RECORDINGS_READ),
    response_class=Response,
    responses=ANSWERS,
)
async def get_conversation_recording(request: Request, store: StoreDep, job: JobId) -> Response:
    """Get the recording of a conversation.

    It is Ogg with Opus: the caller is the left channel, the agent the right one. Requests for a
    part are answered with it. What the agent uploaded and isn't Ogg is sent as
    application/octet-stream.
    """
    return await recording(request, store, job, download=True)
