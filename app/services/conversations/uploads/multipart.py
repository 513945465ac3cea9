"""The parts of a multipart body, as they arrive: nothing is held but the chunk being read.

Source: RFC 7578. python-multipart finds the parts; Starlette's forms would write each of them to a
file first.
"""

import re
from collections.abc import AsyncIterator
from typing import Any

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from app.services.conversations.uploads.errors import UnreadableUpload, UploadTooLarge
from app.services.conversations.uploads.media import essence

MOST_PARTS = 10
LARGEST_HEAD = 8 * 1024  # bytes of a part's headers
BOUNDARY = re.compile(rb"[ -~]{1,70}")


class Part:
    """One part: its name, its type, and its content, to be read once and before the next part."""

    def __init__(self, name: str, media_type: str, events: "_Events") -> None:
        self.name = name
        self.media_type = media_type
        self._events = events

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the content. Raises UnreadableUpload."""
        while (event := await self._events.next()) is not None:
            if event is END:
                return
            yield event

    async def content(self, most: int) -> bytes:
        """Return the content. Raises UploadTooLarge beyond `most` bytes, UnreadableUpload."""
        found = bytearray()
        async for chunk in self.chunks():
            found += chunk
            if len(found) > most:
                raise UploadTooLarge(f"The part `{self.name}` has at most {most} bytes.")
        return bytes(found)


async def parts(content_type: str, body: AsyncIterator[bytes]) -> AsyncIterator[Part]:
    """Yield the parts of a body, whose content must be read in between.

    Raises UnreadableUpload for what isn't complete multipart/form-data, and UploadTooLarge.
    """
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not BOUNDARY.fullmatch(boundary):
        raise UnreadableUpload("The content type is not multipart/form-data with a boundary.")
    events = _Events(boundary, body)
    for _ in range(MOST_PARTS):
        begun = await events.next()
        if begun is None:
            return
        name, media_type = begun
        yield Part(name, media_type, events)
    raise UploadTooLarge(f"An upload has at most {MOST_PARTS} parts.")


END = object()  # of a part


class _Events:
    """What the parser finds: a part's name and type, its chunks, END; None at the end of all."""

    def __init__(self, boundary: bytes, body: AsyncIterator[bytes]) -> None:
        self._body = body
        self._found: list[Any] = []
        self._complete = False
        self._headers: dict[bytes, bytes] = {}
        self._field = bytearray()
        self._value = bytearray()
        self._head = 0
        callbacks: Any = {
            "on_part_begin": self._begin,
            "on_header_field": self._on_field,
            "on_header_value": self._on_value,
            "on_header_end": self._end_header,
            "on_headers_finished": self._end_head,
            "on_part_data": self._on_chunk,
            "on_part_end": lambda: self._found.append(END),
            "on_end": self._end,
        }
        self._parser = MultipartParser(boundary, callbacks)

    async def next(self) -> Any:
        """Return the next event. Raises UnreadableUpload, UploadTooLarge."""
        while not self._found:
            chunk = await anext(self._body, None)
            if chunk is None:
                if not self._complete:
                    raise UnreadableUpload("The body ends in the middle of a part.")
                return None
            try:
                self._parser.write(chunk)
            except FormParserError:
                raise UnreadableUpload("The body isn't multipart/form-data.") from None
        return self._found.pop(0)

    def _begin(self) -> None:
        self._headers, self._head = {}, 0

    def _on_field(self, content: bytes, start: int, end: int) -> None:
        self._field += self._counted(content[start:end])

    def _on_value(self, content: bytes, start: int, end: int) -> None:
        self._value += self._counted(content[start:end])

    def _counted(self, piece: bytes) -> bytes:
        self._head += len(piece)
        if self._head > LARGEST_HEAD:
            raise UploadTooLarge("The headers of a part are too large.")
        return piece

    def _end_header(self) -> None:
        self._headers[bytes(self._field).lower()] = bytes(self._value)
        self._field.clear()
        self._value.clear()

    def _end_head(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name = options.get(b"name", b"").decode("utf-8", "replace")
        media_type = self._headers.get(b"content-type", b"").decode("utf-8", "replace")
        self._found.append((name, essence(media_type)))

    def _on_chunk(self, content: bytes, start: int, end: int) -> None:
        if end > start:
            self._found.append(content[start:end])

    def _end(self) -> None:
        self._complete = True
