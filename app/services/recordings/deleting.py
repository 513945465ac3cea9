"""Deletes files of recordings in their storage; their rows stay, and say so."""

from datetime import UTC, datetime

from sqlalchemy import update

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


class NotDeletable(Conflict):
    """The file of a recording can't be deleted from here."""

    title = "This file can't be deleted from here"
    advice = "Delete it where it is stored."


def deletable(places: Places, recording: Recording) -> Reached:
    """Return the file of a recording that can be deleted. Raises NotDeletable."""
    reached = MANY if not recording.is_one_file else places.find(recording)
    if isinstance(reached, str):
        raise NotDeletable(reached)
    return reached


async def delete(store: Store, places: Places, hub: Hub, recording: Recording, by: str) -> None:
    """Delete the file of a recording, then mark its row.

    If the second fails, the next check finds that the file is missing. Raises NotDeletable,
    RecordingFailed and StoreError.
    """
    await deletable(places, recording).delete()
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
