"""Receive uploads: unpack them, split them by conversation, and keep them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from app.services.conversations.files import recording_path
from app.services.conversations.keeping import Recording, Uploads
from app.services.conversations.reading.history import (
    duration_of,
    read_header,
    read_history,
    started_at,
)
from app.services.conversations.reading.splitting import split
from app.services.conversations.states import Batch
from app.services.conversations.uploads.errors import UnreadableUpload
from app.services.conversations.uploads.multipart import Part, parts
from app.services.conversations.uploads.signing import Uploader
from app.services.conversations.uploads.unpacking import Request, parsed, unpacked

T = TypeVar("T")

LARGEST_HEADER = 4 * 1024 * 1024  # bytes; it holds the session's report
LARGEST_CHAT = 16 * 1024 * 1024  # bytes
THREADED = 4 * 1024  # bytes: reading more takes too long for the loop
OGG = "audio/ogg"


async def receive_batch(
    uploads: Uploads,
    uploader: Uploader,
    kind: Batch,
    body: bytes,
    encoding: str,
    media_type: str,
    address: str,
) -> type[Request]:
    """Keep a batch of traces, logs or metrics, and return what kind of request it was.

    Raises UnreadableUpload, UploadTooLarge, StorageError, StoreError.
    """
    content = await _run(len(body), lambda: unpacked(body, encoding))
    request = await _run(len(content), lambda: parsed(kind, content, media_type))
    found = await _run(len(content), lambda: split(request))
    known = await uploads.redacted(uploader.server, [upload.job for upload in found])
    if any(upload.job in known and not upload.redacted for upload in found):
        found = await _run(len(content), lambda: split(request, known))
    await uploads.keep(uploader, found, address)
    return type(request)


async def receive_recording(
    uploads: Uploads,
    uploader: Uploader,
    content_type: str,
    body: AsyncIterator[bytes],
    address: str,
) -> None:
    """Keep the history of a session, and its recording, which goes to the storage as it arrives.

    Raises as `receive_batch` does.
    """
    header, chat, recording, redacted = None, b"", None, False
    async for part in parts(content_type, body):
        match part.name:
            case "header" if header is None:
                header = read_header(await part.content(LARGEST_HEADER))
                known = await uploads.redacted(uploader.server, [header.job_id])
                redacted = header.redaction_enabled or bool(known)
            case "chat_history":
                chat = await part.content(LARGEST_CHAT)
            case "audio" if recording is None:
                if header is None:
                    raise UnreadableUpload("The part `audio` comes before the part `header`.")
                if redacted:
                    await _ignored(part)
                    continue
                path = recording_path(uploader.server, header.job_id)
                size = await uploads.storage.put_stream(path, part.chunks())
                lasted = duration_of(header)
                recording = Recording(path, size, _type(part), started_at(header), lasted)
            case _:
                await _ignored(part)  # of a newer SDK
    if header is None:
        raise UnreadableUpload("The upload has no part `header`.")
    read = header
    history = await _run(len(chat), lambda: read_history(read, chat, redacted=redacted))
    await uploads.keep(uploader, [history], address)
    if recording is not None and recording.size:
        await uploads.keep_recording(uploader, history.job, recording)


async def _ignored(part: Part) -> None:
    async for _ in part.chunks():
        pass


def _type(part: Part) -> str:
    """Return the type of a recording: what isn't Ogg is kept, and is not called sound."""
    return OGG if part.media_type == OGG else "application/octet-stream"


async def _run(size: int, read: Callable[[], T]) -> T:
    return await asyncio.to_thread(read) if size > THREADED else read()
