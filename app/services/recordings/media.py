"""What the file of a recording really is: only what begins as its kind does is played."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from app.services.recordings.places import Reached
from app.services.recordings.recordings import Recording
from app.services.recordings.states import RecordingKind

UNKNOWN = "application/octet-stream"
LOOKED_AT = 12  # bytes
# How files of a kind begin, from which byte on, and their media type.
SIGNS: dict[RecordingKind, tuple[int, tuple[bytes, ...], str]] = {
    RecordingKind.MP4: (4, (b"ftyp",), "video/mp4"),  # ISO/IEC 14496-12
    RecordingKind.M4A: (4, (b"ftyp",), "audio/mp4"),
    RecordingKind.WEBM: (0, (b"\x1a\x45\xdf\xa3",), "video/webm"),  # EBML, RFC 8794
    RecordingKind.OGG: (0, (b"OggS",), "audio/ogg"),  # RFC 3533
    RecordingKind.MP3: (0, (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"), "audio/mpeg"),
}


@dataclass(frozen=True, slots=True)
class Media:
    """A file that is there now, with its bytes."""

    reached: Reached
    size: int
    written_at: datetime
    media_type: str

    @property
    def element(self) -> str:
        """The element that plays it: audio or video; nothing if none does."""
        return "" if self.media_type == UNKNOWN else self.media_type.partition("/")[0]

    @property
    def etag(self) -> str:
        """A validator that changes if the file is replaced, also by one of the same size."""
        written = self.written_at.isoformat()
        about = f"{self.reached.place}\n{self.reached.path}\n{self.size}\n{written}"
        return f'"{hashlib.sha256(about.encode()).hexdigest()[:32]}"'


async def inspect(recording: Recording, reached: Reached) -> Media:
    """Return what the file of a recording is. Raises FileGone, RecordingFailed."""
    size = await reached.size()
    start = await reached.begins(LOOKED_AT, size)
    return Media(reached, size, await reached.written_at(), _type_of(recording, start))


def _type_of(recording: Recording, start: bytes) -> str:
    kind = recording.kind
    if not isinstance(kind, RecordingKind) or kind not in SIGNS:
        return UNKNOWN
    place, signs, media_type = SIGNS[kind]
    return media_type if start[place:].startswith(signs) else UNKNOWN
