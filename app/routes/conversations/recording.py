"""/conversations/{job}/recording: the sound of a conversation, for its player and as a file."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.routes.conversations.opening import opened
from app.routes.files import UNKNOWN, SentFile, sent
from app.security.guards import sees
from app.security.roles import Permission, User
from app.services.conversations.page import conversation as conversations
from app.services.conversations.page.conversation import Conversation
from app.services.conversations.recordings.player import Player, player
from app.services.conversations.recordings.sound import inspect, recording_of
from app.storage.paths import part_for
from app.storage.storage import Storage
from app.store.store import Store
from app.text.paths import CONVERSATIONS
from app.web.deps import JobId, StoreDep
from app.web.timezone import use_zone_of

OGG = "audio/ogg"
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
    name = f"recording-{part_for(job).lstrip('~')}"
    file = SentFile(
        sound.size,
        sound.etag,
        OGG if sound.is_ogg else UNKNOWN,
        f"{name}.ogg" if sound.is_ogg else f"{name}.bin",
        partial(storage.stream, sound.path),
    )

    async def noted(again: bool) -> None:
        await opened(request, job, again=again, action=ACTION)

    return await sent(request, file, noted, download=download)
