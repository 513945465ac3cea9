"""Files that nothing points to any more: noted with the rows that are deleted, deleted afterwards.

The note is in the same transaction as the end of the rows that pointed to them, so that none is
forgotten, whatever ends the process or the storage in between.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Connection, and_, delete, func, select, update

from app.services.conversations.files import folder
from app.storage.errors import StorageError
from app.storage.storage import Storage
from app.store.dialects import Dialect
from app.store.schema import UNWANTED_FILES
from app.store.store import Store

FILES = UNWANTED_FILES.c
TOGETHER = 50  # files and folders of one round
FIRST_PAUSE = 30.0  # seconds until the next try; twice as long with each one
LONGEST_PAUSE = 3600.0
MOST_FAILURES = 3  # in one round; then the storage is taken to be away

log = structlog.get_logger("conversations")


@dataclass(frozen=True, slots=True)
class Cleared:
    """What a round did: entries that are done, and why the last of the others wasn't."""

    done: int = 0
    error: StorageError | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is still to be deleted, and since when the oldest of it waits."""

    number: int
    since: datetime | None


def folder_path(server: str, job: str) -> str:
    """Return the path of a conversation's folder, as it is noted here."""
    return f"{folder(server, job)}/"


def note(connection: Connection, dialect: Dialect, paths: Iterable[str], now: datetime) -> None:
    """Note files, or folders with a slash at the end, as unwanted; try them again if they were."""
    rows = [{"path": path, "since": now, "try_at": now, "tries": 0} for path in sorted(set(paths))]
    if rows:
        statement = dialect.insert(UNWANTED_FILES)
        again = {"try_at": statement.excluded.try_at, "tries": 0}
        noted = statement.on_conflict_do_update(index_elements=("path",), set_=again)
        connection.execute(noted, rows)


async def clear(store: Store, storage: Storage, paths: Sequence[str] = ()) -> Cleared:
    """Delete some of what is unwanted: those paths, or else what is due. Raises StoreError.

    A failure of the storage is noted, and tried again later.
    """
    wanted = FILES.path.in_(paths) if paths else FILES.try_at <= datetime.now(UTC)
    query = select(UNWANTED_FILES).where(wanted).order_by(FILES.try_at, FILES.path)
    async with store.read() as connection:
        rows = (await connection.execute(query.limit(TOGETHER))).all()
    done, failures = 0, 0
    error: StorageError | None = None
    for row in rows:
        try:
            await _delete(storage, row.path)
        except StorageError as failure:
            error, failures = failure, failures + 1
            await _put_off(store, row.path, row.tries)
            if failures == MOST_FAILURES:
                break
        else:
            # noted again meanwhile, it has another moment, and is tried once more
            same = and_(FILES.path == row.path, FILES.try_at == row.try_at)
            async with store.write() as connection:
                await connection.execute(delete(UNWANTED_FILES).where(same))
            done += 1
    if error:
        left = await waiting(store)
        log.warning("files not deleted", reason=error.reason, waiting=left.number)
    return Cleared(done, error)


async def waiting(store: Store) -> Waiting:
    """Return how much is still to be deleted. Raises StoreError."""
    async with store.read() as connection:
        query = select(func.count(), func.min(FILES.since))
        number, since = (await connection.execute(query)).one()
    return Waiting(number, since)


async def _delete(storage: Storage, path: str) -> None:
    if not path.endswith("/"):
        await storage.delete([path])
        return
    last = ""
    while paths := await storage.listed(path.rstrip("/"), last):
        await storage.delete(paths)
        last = paths[-1]


async def _put_off(store: Store, path: str, tries: int) -> None:
    pause = min(FIRST_PAUSE * 2 ** min(tries, 10), LONGEST_PAUSE)
    later = {"tries": tries + 1, "try_at": datetime.now(UTC) + timedelta(seconds=pause)}
    async with store.write() as connection:
        await connection.execute(update(UNWANTED_FILES).where(FILES.path == path).values(**later))
