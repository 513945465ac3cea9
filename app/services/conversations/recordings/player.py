"""What the player of a recording shows on the page of its conversation."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, select

from app.services.conversations.page.conversation import Conversation
from app.services.conversations.recordings.sound import Sound, inspect
from app.services.conversations.recordings.waveforms import Waveform, waveform_of
from app.storage.errors import StorageError
from app.storage.storage import Storage
from app.store.schema import CONVERSATION_ITEMS
from app.store.store import Store

ITEMS = CONVERSATION_ITEMS.c
PATIENCE = 2.0  # seconds that a page waits for the storage
MOST_MARKS = 200
TICKS = 5
SILENT = (
    "The dashboard's file storage doesn't respond. Check STORAGE_URL, and whether it is running."
)


@dataclass(frozen=True, slots=True)
class Player:
    """A recording as its player shows it.

    With a `problem`, it can't be played now. `undrawn` says why there is no waveform, and is empty
    if it is still to be drawn. `interruptions` are percentages of the length.
    """

    sound: Sound | None = None
    problem: str = ""
    waveform: Waveform | None = None
    undrawn: str = ""
    interruptions: tuple[float, ...] = ()

    @property
    def ticks(self) -> list[timedelta]:
        """The moments at the axis, from the beginning to the end."""
        length = self.waveform.length if self.waveform else timedelta()
        return [length * number / (TICKS - 1) for number in range(TICKS)]


async def player(store: Store, storage: Storage, conversation: Conversation) -> Player | None:
    """Return the player of a conversation's recording; None without one. Raises StoreError."""
    if not conversation.recording:
        return None
    try:
        async with asyncio.timeout(PATIENCE):
            sound = await inspect(storage, conversation.recording)
    except StorageError as error:
        return Player(problem=f"{error.reason.removesuffix('.')}. {error.advice}")
    except TimeoutError:
        return Player(problem=SILENT)
    match waveform_of(conversation.waveform):
        case Waveform() as waveform:
            marks = await _interruptions(store, conversation, waveform)
            return Player(sound, waveform=waveform, interruptions=marks)
        case undrawn:
            return Player(sound, undrawn=undrawn or "")


async def _interruptions(
    store: Store, conversation: Conversation, waveform: Waveform
) -> tuple[float, ...]:
    """Return where the agent was interrupted."""
    began = conversation.recording_started_at
    if began is None or not conversation.interruptions:
        return ()
    mine = and_(ITEMS.server == conversation.server, ITEMS.job == conversation.job)
    query = select(ITEMS.stopped_speaking_at).where(mine, ITEMS.interrupted)
    async with store.read() as connection:
        moments = (await connection.execute(query.limit(MOST_MARKS))).scalars().all()
    places = [(at - began) / waveform.length for at in moments if at is not None]
    return tuple(round(100 * place, 2) for place in places if 0 <= place <= 1)
