"""/recordings/{recording}: one recording: its page with a player, and its file."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.errors import NotFound
from app.routes.conversations.opening import opened
from app.routes.files import SentFile, sent
from app.routes.history.shared import masking
from app.routes.recordings.shown import download_name, is_personal, masked
from app.security.guards import sees
from app.security.headers import PLAYER_CSP
from app.security.roles import Permission
from app.services.egress.jobs import KEPT
from app.services.recordings import media as files
from app.services.recordings import recordings
from app.services.recordings.media import Media
from app.services.recordings.places import MANY, Places, Reached
from app.services.recordings.recordings import Recording
from app.storage.errors import StorageError
from app.text.paths import RECORDINGS
from app.web.deps import RecordingId, StoreDep, UserDep
from app.web.pages import page

router = APIRouter(prefix=RECORDINGS)
PATIENCE = 2.0  # seconds that a page waits for the storage
ACTION = "recording.open"
SILENT = "Its storage doesn't respond."


class NotReached(NotFound):
    """The dashboard can't reach a file."""

    title = "The dashboard can't reach this file"
    advice = ""


@dataclass(frozen=True, slots=True)
class Player:
    """What the page shows of a file: the file itself, or why it can't be had now.

    With `reached`, it is in a declared storage, and may be deleted there.
    """

    reached: Reached | None = None
    media: Media | None = None
    problem: str = ""


@router.get("/{recording}", dependencies=[sees(Permission.RECORDINGS_READ)])
async def recording_page(
    request: Request, store: StoreDep, user: UserDep, name: RecordingId
) -> Response:
    """Show what is known of a recording, and play it."""
    recording = await recordings.get(store, name)
    ended = recording.ended_at or recording.started_at
    response = await page(
        request,
        "recordings/recording.html.j2",
        live=False,  # a refresh would stop what is playing
        recording=masked(masking(user), recording),
        player=await _player(request.app.state.places, recording),
        is_listed=datetime.now(UTC) - ended < KEPT,
        personal=is_personal(user),
    )
    response.headers["Content-Security-Policy"] = PLAYER_CSP
    return response


async def _player(places: Places, recording: Recording) -> Player:
    reached = places.find(recording)
    if isinstance(reached, str):
        return Player(problem=reached)
    if not recording.is_one_file:
        return Player(problem=MANY)
    try:
        async with asyncio.timeout(PATIENCE):
            return Player(reached, await files.inspect(recording, reached))
    except StorageError as error:
        return Player(reached, problem=f"{error.reason.removesuffix('.')}. {error.advice}")
    except TimeoutError:
        return Player(reached, problem=f"{SILENT} {reached.advice}")


@router.get("/{recording}/file", dependencies=[sees(Permission.RECORDINGS_READ)])
async def send_recording(
    request: Request,
    store: StoreDep,
    name: RecordingId,
    download: Annotated[bool, Query()] = False,
) -> Response:
    """Send the file, or a part of it, and write that somebody opened it."""
    return await send(request, store, name, download=download)


async def send(request: Request, store: StoreDep, name: str, *, download: bool) -> Response:
    """Return the file of a recording. Raises NotFound, StoreError, StorageError."""
    recording = await recordings.get(store, name)
    reached = request.app.state.places.find(recording)
    if not recording.is_one_file:
        raise NotReached(MANY)
    if isinstance(reached, str):
        raise NotReached(reached)
    media = await files.inspect(recording, reached)
    called = download_name(request.state.user, recording)
    read = partial(reached.files.stream, reached.path)
    file = SentFile(media.size, media.etag, media.media_type, called, read)

    async def noted(again: bool) -> None:
        await opened(request, recording.id, again=again, action=ACTION, kind="recording")

    return await sent(request, file, noted, download=download)
