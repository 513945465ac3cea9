"""/conversations/{job}/recording: the sound of a conversation, for its player and as a file."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.routes.conversations.opening import opened
from app.security.guards import sees
from app.security.roles import Permission, User
from app.services.conversations.page import conversation as conversations
from app.services.conversations.page.conversation import Conversation
from app.services.conversations.recordings.player import Player, player
from app.services.conversations.recordings.ranges import Part, Unsatisfiable, part_of
from app.services.conversations.recordings.sound import Sound, inspect, recording_of
from app.storage.paths import part_for
from app.storage.storage import Storage
from app.store.store import Store
from app.text.paths import CONVERSATIONS
from app.web.deps import JobId, StoreDep
from app.web.timezone import use_zone_of

OGG = "audio/ogg"
UNKNOWN = "application/octet-stream"
# A file of somebody else's: opened as a page, it may load and run nothing.
CSP = "default-src 'none'; frame-ancestors 'none'; sandbox"
ACTION = "conversation.play"

router = APIRouter(prefix=CONVERSATIONS)


@router.get("/{job}/recording", dependencies=[sees(Permission.RECORDINGS_READ)])
async def play_recording(
    request: Request,
    store: StoreDep,
    job: JobId,
    download: Annotated[bool, Query()] = False,
) -> Response:
    """Send the recording, or a part of it, and write that somebody opened it."""
    return await recording(request, store, job, download=download)


async def playing(
    request: Request, store: Store, user: User, conversation: Conversation
) -> Player | None:
    """Return the player of a conversation; None if it has no recording, or not for this user."""
    if not user.can(Permission.RECORDINGS_READ):
        return None
    return await player(store, request.app.state.storage, conversation)


async def recording(request: Request, store: Store, job: str, *, download: bool) -> Response:
    """Return a conversation's recording. Raises NotFound, StoreError, StorageError."""
    storage: Storage = request.app.state.storage
    conversation = await conversations.get(store, job)
    sound = await inspect(storage, recording_of(conversation, use_zone_of(request)))
    try:
        part = _part(request, sound)
    except Unsatisfiable:
        size = {"Content-Range": f"bytes */{sound.size}", "Accept-Ranges": "bytes"}
        return Response(status_code=416, headers=size)
    # players ask for one part after another, and then for the beginning again
    await opened(request, job, again="range" in request.headers, action=ACTION)
    whole = part or Part(0, sound.size, sound.size)
    headers = _headers(sound, job, download=download)
    headers["Content-Length"] = str(whole.end - whole.start)
    if part:
        headers["Content-Range"] = part.described
    status = 206 if part else 200
    media_type = OGG if sound.is_ogg else UNKNOWN
    if request.state.is_head:
        return Response(status_code=status, headers=headers, media_type=media_type)
    blocks = storage.stream(sound.path, whole.start, whole.end)
    return StreamingResponse(blocks, status, headers, media_type)


def _part(request: Request, sound: Sound) -> Part | None:
    """Return the part that is asked for: none with HEAD, or if another file had been begun."""
    headers = request.headers
    if request.state.is_head or headers.get("if-range", sound.etag) != sound.etag:
        return None
    return part_of(headers.get("range", ""), sound.size)


def _headers(sound: Sound, job: str, *, download: bool) -> dict[str, str]:
    inline = sound.is_ogg and not download
    ending = "ogg" if sound.is_ogg else "bin"
    name = f"recording-{part_for(job).lstrip('~')}.{ending}"
    return {
        "Accept-Ranges": "bytes",
        "ETag": sound.etag,
        "Content-Disposition": "inline" if inline else f'attachment; filename="{name}"',
        "Content-Security-Policy": CSP,
    }
