"""Checks that recordings are in their storage with the reported size: soon, and again later."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Row, select, update

from app.live.hub import Hub
from app.services.recordings.places import (
    FileGone,
    Places,
    Reached,
    RecordingFailed,
    RecordingUnavailable,
)
from app.services.recordings.recordings import ROWS, Recording, recording_of
from app.services.recordings.states import FileState
from app.store.schema import RECORDINGS
from app.store.store import Store

TOGETHER = 50  # recordings of one query
LONGEST = 20.0  # seconds of one round
# Until the next check, after the first, the second, ...; the last one is repeated.
PAUSES = (timedelta(hours=1), timedelta(days=1), timedelta(days=7), timedelta(days=30))
AGAIN = timedelta(minutes=5)  # after a storage that couldn't be reached
TOPIC = "recordings"

log = structlog.get_logger("recordings")


class Storages:
    """What one round has found out about the storages themselves."""

    def __init__(self) -> None:
        self._failing: dict[str, str] = {}  # reasons
        self._confirmed: set[str] = set()

    async def size(self, reached: Reached) -> int:
        """Return the bytes of a file. Raises FileGone, RecordingFailed.

        A storage that can't be reached is requested once.
        """
        if reached.place in self._failing:
            raise RecordingUnavailable(self._failing[reached.place])
        try:
            return await self._size(reached)
        except RecordingUnavailable as error:
            log.warning("recordings not checked", storage=reached.place, reason=error.reason)
            self._failing[reached.place] = error.reason
            raise

    async def _size(self, reached: Reached) -> int:
        """Return the bytes of a file; it is gone only if its storage is there."""
        try:
            return await reached.size()
        except FileGone:
            if reached.place not in self._confirmed:
                await reached.confirm()
                self._confirmed.add(reached.place)
            raise


async def check_due(store: Store, places: Places, hub: Hub) -> int:
    """Check what is due, for some seconds at most; return how many had a result.

    A storage that can't be reached is left alone for the rest of the round. Raises StoreError.
    """
    until = asyncio.get_running_loop().time() + LONGEST
    storages = Storages()
    checked = 0
    while rows := await _due(store, datetime.now(UTC)):
        for row in rows:
            checked += await _check(store, places, row, storages)
            if asyncio.get_running_loop().time() > until:
                break
        hub.publish({TOPIC})
        if len(rows) < TOGETHER or asyncio.get_running_loop().time() > until:
            break
    return checked


async def _due(store: Store, now: datetime) -> list[Row[Any]]:
    due = select(RECORDINGS).where(ROWS.check_at.is_not(None), ROWS.check_at <= now)
    query = due.order_by(ROWS.check_at, ROWS.id).limit(TOGETHER)
    async with store.read() as connection:
        return list(await connection.execute(query))


async def _check(store: Store, places: Places, row: Row[Any], storages: Storages) -> bool:
    """Check one recording and write the result; return whether there was one."""
    recording, now = recording_of(row), datetime.now(UTC)
    later = {
        "check_at": now + PAUSES[min(row.checks, len(PAUSES) - 1)],
        "checks": row.checks + 1,
    }
    try:
        found = await result(recording, places.find(recording), storages)
    except RecordingUnavailable as error:
        await _write(store, row, {"problem": error.reason[:300], "check_at": now + AGAIN})
        return False
    except RecordingFailed as error:  # of this file alone, such as a refusal
        await _write(store, row, {"problem": error.reason[:300]} | later)
        return False
    await _write(store, row, found | {"problem": "", "checked_at": now} | later)
    return True


async def result(
    recording: Recording, reached: Reached | str, storages: Storages
) -> dict[str, Any]:
    """Return what a check finds, by the columns of its row. Raises RecordingFailed."""
    if isinstance(reached, str):
        return {"state": str(FileState.UNREACHABLE), "found_size": None}
    try:
        size = await storages.size(reached)
    except FileGone:
        return {"state": str(FileState.MISSING), "found_size": None}
    # the size of a playlist is not that of its segments
    is_same = not recording.is_one_file or recording.size in {None, size}
    state = FileState.THERE if is_same else FileState.DIFFERENT
    return {"state": str(state), "found_size": size if recording.is_one_file else None}


async def _write(store: Store, row: Row[Any], values: dict[str, Any]) -> None:
    """Write a result, unless the recording changed or was deleted meanwhile."""
    same = ROWS.server == row.server, ROWS.id == row.id, ROWS.check_at == row.check_at
    async with store.write() as connection:
        await connection.execute(update(RECORDINGS).where(*same).values(**values))
