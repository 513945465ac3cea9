"""Files of others, sent as a whole or in parts: recordings of conversations and of egress."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.services.conversations.recordings.ranges import Part, Unsatisfiable, part_of

UNKNOWN = "application/octet-stream"
# A file of somebody else's: opened as a page, it may load and run nothing.
CSP = "default-src 'none'; frame-ancestors 'none'; sandbox"


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it is sent; `read` yields its bytes from one place up to another.

    `name` is its name as a download, in which every character is harmless. Unless it is known to
    be sound or video, its type is UNKNOWN, and no browser shows it.
    """

    size: int
    etag: str
    media_type: str
    name: str
    read: Callable[[int, int], AsyncIterator[bytes]]


async def sent(
    request: Request, file: SentFile, opened: Callable[[bool], Awaitable[None]], *, download: bool
) -> Response:
    """Send a file, or the part that is asked for.

    `opened` writes that somebody opened it. It is called with True if the request may belong to an
    opening before: players ask for one part after another, and then for the beginning again.
    """
    try:
        part = _part(request, file)
    except Unsatisfiable:
        size = {"Content-Range": f"bytes */{file.size}", "Accept-Ranges": "bytes"}
        return Response(status_code=416, headers=size)
    await opened("range" in request.headers)
    whole = part or Part(0, file.size, file.size)
    headers = _headers(file, download=download)
    headers["Content-Length"] = str(whole.end - whole.start)
    if part:
        headers["Content-Range"] = part.described
    status = 206 if part else 200
    if request.state.is_head:
        return Response(status_code=status, headers=headers, media_type=file.media_type)
    blocks = file.read(whole.start, whole.end)
    return StreamingResponse(blocks, status, headers, file.media_type)


def _part(request: Request, file: SentFile) -> Part | None:
    """Return the part that is asked for: none with HEAD, or if another file had been begun."""
    headers = request.headers
    if request.state.is_head or headers.get("if-range", file.etag) != file.etag:
        return None
    return part_of(headers.get("range", ""), file.size)


def _headers(file: SentFile, *, download: bool) -> dict[str, str]:
    inline = file.media_type != UNKNOWN and not download
    return {
        "Accept-Ranges": "bytes",
        "ETag": file.etag,
        "Content-Disposition": "inline" if inline else f'attachment; filename="{file.name}"',
        "Content-Security-Policy": CSP,
    }
