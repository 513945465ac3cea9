"""Deletes files of recordings in their storage; their rows stay, and say so."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, literal_column, select, update

from app.errors import Conflict
from app.live.hub import Hub
from app.services.audit.writing import storable
from app.services.recordings.checking import TOPIC
from app.services.recordings.places import MANY, Places, Reached
from app.services.recordings.recordings import ROWS, Recording
from app.services.recordings.states import FileState
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import RECORDINGS
from app.store.store import Store

LONGEST_NAME = 200
REPLACED = "A later recording has the same path, so the file there is no longer this recording's."


class NotDeletable(Conflict):
    """The file of a recording can't be deleted from here."""

    title = "This file can't be deleted from here"
    advice = "Delete it where it is stored."


async def deletable(store: Store, places: Places, recording: Recording) -> Reached:
    """Return the file of a recording that can be deleted. Raises NotDeletable and StoreError."""
    reached = MANY if not recording.is_one_file else places.find(recording)
    if isinstance(reached, str):
        raise NotDeletable(reached)
    if await _is_replaced(store, recording):
        raise NotDeletable(REPLACED, advice="Delete the later recording instead.")
    return reached


async def _is_replaced(store: Store, recording: Recording) -> bool:
    """Return whether a later recording has the same path, so that the file is that one's."""
    async with store.read() as connection:
        return (await connection.execute(replacing(recording))).first() is not None


def replacing(recording: Recording) -> Select[Any]:
    """Select a later recording with the same path; by the index, which has no empty ones."""
    same = ROWS.location == recording.location, ROWS.location != literal_column("''")
    later = ROWS.started_at > recording.started_at, ROWS.state != str(FileState.DELETED)
    return select(ROWS.id).where(*same, *later).limit(1)


async def delete(store: Store, places: Places, hub: Hub, recording: Recording, by: str) -> None:
    """Delete the file of a recording, then mark its row.

    If the second fails, the next check finds that the file is missing. Raises NotDeletable,
    FileGone, RecordingFailed and StoreError.
    """
    reached = await deletable(store, places, recording)
    await reached.delete()
    mine = ROWS.server == DEFAULT_SERVER, ROWS.id == recording.id
    values = {
        "state": str(FileState.DELETED),
        "deleted_at": datetime.now(UTC),
        "deleted_by": storable(by)[:LONGEST_NAME],
        "check_at": None,
        "problem": "",
    }
    async with store.write() as connection:
        await connection.execute(update(RECORDINGS).where(*mine).values(**values))
    hub.publish({TOPIC})
