"""Delete conversations: their rows in one transaction, then their files.

What is deleted is remembered for some days, because an agent may upload the rest of it later.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, and_, delete, exists, func, select

from app.live.hub import Hub
from app.services.conversations.deleting.unwanted import clear, folder_path, note
from app.storage.errors import StorageError
from app.storage.storage import Storage
from app.store.dialects import Dialect
from app.store.schema import CONVERSATIONS, DELETED_CONVERSATIONS
from app.store.store import Store

ROWS = CONVERSATIONS.c
DELETED = DELETED_CONVERSATIONS.c
TOGETHER = 50  # conversations of one transaction
MOST_SPANS = 20_000  # of these; a conversation with more has a transaction of its own
# livekit-agents' tokens end after 6 hours; a conversation that a proxy held back may come later
REMEMBERED = timedelta(days=30)
TOPIC = "conversations"

Key = tuple[str, str]  # server and job


@dataclass(frozen=True, slots=True)
class Deleted:
    """How many conversations were deleted, and why files of them are left, if any are."""

    number: int
    error: StorageError | None = None


async def delete_one(store: Store, storage: Storage, hub: Hub, server: str, job: str) -> Deleted:
    """Delete a conversation with its files; files that are left are deleted later.

    One that isn't there is no failure. Raises StoreError.
    """
    one = and_(ROWS.server == server, ROWS.job == job)
    keys = await delete_some(store, hub, one)
    cleared = await clear(store, storage, [folder_path(server, job)])
    return Deleted(len(keys), cleared.error)


async def delete_of_caller(
    store: Store, storage: Storage, hub: Hub, server: str, identity: str
) -> Deleted:
    """Delete all conversations whose caller is an identity. Raises StoreError."""
    theirs = and_(ROWS.server == server, ROWS.caller == identity)
    number = 0
    error: StorageError | None = None
    while keys := await delete_some(store, hub, theirs):
        number += len(keys)
        if error is None:  # else the storage is away, and the background tries again
            cleared = await clear(store, storage, [folder_path(*key) for key in keys])
            error = cleared.error
    return Deleted(number, error)


async def number_of_caller(store: Store, server: str, identity: str) -> int:
    """Return how many conversations have an identity as their caller. Raises StoreError."""
    query = select(func.count()).where(ROWS.server == server, ROWS.caller == identity)
    async with store.read() as connection:
        return int((await connection.execute(query)).scalar_one())


async def delete_some(store: Store, hub: Hub, condition: object) -> Sequence[Key]:
    """Delete the rows of some conversations that meet a condition, and note their files.

    Returns which; none if that was all. Raises StoreError.
    """
    async with store.write() as connection:
        keys = await connection.run_sync(_delete_some, store.dialect, condition)
    publish(hub, (job for _, job in keys))
    return keys


def _delete_some(connection: Connection, dialect: Dialect, condition: object) -> list[Key]:
    query = select(ROWS.server, ROWS.job, ROWS.spans).where(condition)  # type: ignore[arg-type]
    # locked in the order in which uploads lock them
    query = query.order_by(ROWS.heard_at, ROWS.job).limit(TOGETHER)
    keys: list[Key] = []
    spans = 0
    for row in connection.execute(query):
        spans += row.spans
        if keys and spans > MOST_SPANS:
            break
        keys.append((row.server, row.job))
    now = datetime.now(UTC)
    gone = []
    for server, job in sorted(keys):
        remember(connection, dialect, server, job, now)
        mine = and_(ROWS.server == server, ROWS.job == job)
        # what was heard meanwhile may be no longer too old
        if connection.execute(delete(CONVERSATIONS).where(mine, condition)).rowcount:  # type: ignore[arg-type]
            gone.append((server, job))
        else:
            _forget(connection, server, job)
    note(connection, dialect, (folder_path(*key) for key in gone), now)
    return gone


def remember(
    connection: Connection, dialect: Dialect, server: str, job: str, now: datetime
) -> None:
    """Remember a deletion, before its row is locked: an upload that waits for the row finds it.

    To be called in the transaction that deletes it.
    """
    row = {"server": server, "job": job, "deleted_at": now}
    statement = dialect.insert(DELETED_CONVERSATIONS).values(row)
    newer = {"deleted_at": statement.excluded.deleted_at}
    connection.execute(
        statement.on_conflict_do_update(index_elements=("server", "job"), set_=newer)
    )


def _forget(connection: Connection, server: str, job: str) -> None:
    mine = and_(DELETED.server == server, DELETED.job == job)
    connection.execute(delete(DELETED_CONVERSATIONS).where(mine))


def dropped(connection: Connection, dialect: Dialect, server: str, job: str) -> bool:
    """Delete what an upload has just written, if its conversation was deleted before.

    Returns whether it was. To be called in the transaction that wrote it.
    """
    mine = DELETED.server == server, DELETED.job == job
    if not connection.execute(select(exists().where(*mine))).scalar():
        return False
    written = and_(ROWS.server == server, ROWS.job == job)
    connection.execute(delete(CONVERSATIONS).where(written))
    note(connection, dialect, [folder_path(server, job)], datetime.now(UTC))
    return True


def files_left(error: StorageError) -> str:
    """Return what to say of files that could not be deleted."""
    return (
        f"Not all of the files could be deleted: {error.reason} They will be deleted once the "
        "storage works again."
    )


async def deleted_among(store: Store, server: str, jobs: Iterable[str]) -> set[str]:
    """Return which of some jobs were deleted. Raises StoreError."""
    query = select(DELETED.job).where(DELETED.server == server, DELETED.job.in_(set(jobs)))
    async with store.read() as connection:
        return set((await connection.execute(query)).scalars())


async def forget_old_deletions(store: Store) -> None:
    """Forget deletions after some days. Raises StoreError."""
    old = DELETED.deleted_at < datetime.now(UTC) - REMEMBERED
    async with store.write() as connection:
        await connection.execute(delete(DELETED_CONVERSATIONS).where(old))


def publish(hub: Hub, jobs: Iterable[str]) -> None:
    """Tell open pages that conversations have changed."""
    topics = {f"conversation:{job}" for job in jobs}
    if topics:
        hub.publish(frozenset(topics | {TOPIC}))
