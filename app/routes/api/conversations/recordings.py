"""/api/v1/conversations/{job_id}/recording: the sound of a conversation."""

from typing import Annotated, Any

from fastapi import Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from app.routes.conversations.recording import recording
from app.security.roles import Permission
from app.text.paths import name_in
from app.web.api.access import api_router, reads
from app.web.deps import StoreDep

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


async def _job(
    job: Annotated[
        str,
        Path(alias="job_id", max_length=1000, description="the ID of an agent's job"),
    ],
) -> str:
    return name_in(job)


@router.get(
    "/{job_id}/recording",
    dependencies=reads(Permission.RECORDINGS_READ),
    response_class=Response,
    responses=ANSWERS,
)
async def get_conversation_recording(
    request: Request, store: StoreDep, job: Annotated[str, Depends(_job)]
) -> Response:
    """Get the recording of a conversation.

    It is Ogg with Opus: the caller is the left channel, the agent the right one. Requests for a
    part are answered with it. What the agent uploaded and isn't Ogg is sent as
    application/octet-stream.
    """
    return await recording(request, store, job, download=True)
