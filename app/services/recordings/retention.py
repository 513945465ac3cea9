"""Deletes files of recordings that are older than a rule says; a rule of 0 days keeps all."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from app.live.hub import Hub
from app.services.audit.rows import DASHBOARD
from app.services.history.lists.walking import Cursor, Place, Walk, apart, walked
from app.services.recordings.deleting import NotDeletable, delete
from app.services.recordings.places import FileGone, Places, RecordingFailed
from app.services.recordings.recordings import ROWS, recording_of
from app.services.recordings.states import MANY_FILES, FileState
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import RECORDINGS
from app.store.store import Store

BATCH = 50  # files of one step
# One of another size may be another recording's, and so may one that was missing or out of reach.
DELETABLE = (FileState.THERE, FileState.UNCHECKED)

log = structlog.get_logger("recordings")


@dataclass(frozen=True, slots=True)
class Deleted:
    """How many files a step deleted, and where the next one continues; None at the end."""

    number: int
    before: str | None


async def delete_old(
    store: Store, places: Places, hub: Hub, until: datetime, before: str = ""
) -> Deleted:
    """Delete some files of recordings that started before a moment. Raises StoreError.

    Those that are gone, or whose storage fails, are passed over until the next day.
    """
    along = [ROWS.server == DEFAULT_SERVER, ROWS.started_at < until]
    beside = [
        apart(ROWS.state, "''").in_(map(str, DELETABLE)),
        ROWS.kind.not_in(map(str, MANY_FILES)),
    ]
    walk = Walk(list(RECORDINGS.c), ROWS.started_at, ROWS.id, along, beside)
    async with store.read() as connection:
        found = await walked(connection, walk, Place(BATCH, Cursor.read(before)))
    number = 0
    for row in found.rows:
        recording = recording_of(row)
        try:
            await delete(store, places, hub, recording, DASHBOARD)
            number += 1
        except NotDeletable:
            continue
        except (FileGone, RecordingFailed) as error:
            log.warning("old recording not deleted", recording=recording.id, reason=error.reason)
    return Deleted(number, str(found.older) if found.older else None)
