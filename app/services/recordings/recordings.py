"""Recordings: frozen records of the files that egress left."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from app.errors import NotFound
from app.services.audit.writing import storable
from app.services.egress.states import EgressType
from app.services.history.states import named
from app.services.livekit.enums import Newer
from app.services.recordings.states import MANY_FILES, FileState, RecordingKind
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import RECORDINGS
from app.store.store import Store

ROWS = RECORDINGS.c


@dataclass(frozen=True, slots=True)
class Recording:
    """A result of an egress job; None is what LiveKit didn't report. Sizes are in bytes.

    `pieces` are the segments or images of one that is many files. `problem` is why the last check
    had no result.
    """

    id: str
    egress_id: str
    room: str
    session: str
    type: EgressType | Newer
    kind: RecordingKind | Newer
    filename: str
    location: str
    size: int | None
    pieces: int | None
    duration: timedelta | None
    started_at: datetime
    ended_at: datetime | None
    state: FileState | Newer
    found_size: int | None
    problem: str
    checked_at: datetime | None
    deleted_at: datetime | None
    deleted_by: str

    @property
    def name(self) -> str:
        """The last part of the file's name."""
        return self.filename.rstrip("/").rpartition("/")[2] or self.filename

    @property
    def is_one_file(self) -> bool:
        """Return whether it is a file, and not a playlist with segments, or images."""
        return self.kind not in MANY_FILES


async def get(store: Store, recording: str, server: str = DEFAULT_SERVER) -> Recording:
    """Return a recording. Raises NotFound and StoreError."""
    query = select(RECORDINGS).where(ROWS.server == server, ROWS.id == storable(recording))
    async with store.read() as connection:
        row = (await connection.execute(query)).first()
    if row is None:
        raise NotFound(f"There is no recording {recording}.")
    return recording_of(row)


def recording_of(row: Row[Any]) -> Recording:
    """Return the record of a row."""
    return Recording(
        row.id,
        row.egress_id,
        row.room,
        row.room_sid,
        named(EgressType, row.type),
        named(RecordingKind, row.kind),
        row.filename,
        row.location,
        row.size,
        row.pieces,
        None if row.duration is None else timedelta(microseconds=row.duration),
        row.started_at,
        row.ended_at,
        named(FileState, row.state),
        row.found_size,
        row.problem,
        row.checked_at,
        row.deleted_at,
        row.deleted_by,
    )
