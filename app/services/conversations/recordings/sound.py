"""The file of a recording: how large it is, and whether it is what it is called."""

import hashlib
from dataclasses import dataclass

from app.errors import NotFound
from app.services.conversations.page.conversation import Conversation
from app.storage.storage import Storage
from app.text.zones import LOCAL, Zone, written

OGG = b"OggS"  # how each page of an Ogg file begins (RFC 3533)


class NoRecording(NotFound):
    """The agent uploaded no recording, or it was deleted."""

    title = "This conversation has no recording"
    advice = ""


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording that is in the storage; what isn't Ogg is no sound, whatever it is called."""

    path: str
    size: int
    is_ogg: bool

    @property
    def etag(self) -> str:
        """A strong validator: a path never gets other content."""
        return f'"{hashlib.sha256(self.path.encode()).hexdigest()[:32]}"'


def recording_of(conversation: Conversation, zone: Zone = LOCAL) -> str:
    """Return the path of a conversation's recording. Raises NoRecording, with the reason."""
    if conversation.recording:
        return conversation.recording
    if deleted := conversation.recording_deleted_at:
        raise NoRecording(
            f"The recording was deleted on {written(deleted, zone)}, when it had been kept for as "
            "long as the settings say."
        )
    raise NoRecording("The agent uploaded no recording of this conversation.")


async def inspect(storage: Storage, path: str) -> Sound:
    """Return what a recording is. Raises NotStored, StorageError."""
    size = await storage.size(path)
    begins = b"".join([block async for block in storage.stream(path, 0, min(size, len(OGG)))])
    return Sound(path, size, begins == OGG)
