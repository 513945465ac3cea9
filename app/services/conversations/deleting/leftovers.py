"""Files of uploads that were never acknowledged: stored, but no row points to them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from app.services.conversations.files import folder, is_plain, shards
from app.storage.errors import NotStored
from app.storage.storage import Storage
from app.store.schema import CONVERSATION_BATCHES, CONVERSATIONS
from app.store.store import Store

LEFT_AFTER = timedelta(days=1)  # an upload that is still on its way isn't left over
PARTS = 16  # in which all folders are searched
TOGETHER = 200  # conversations in one query
BATCHES = CONVERSATION_BATCHES.c
ROWS = CONVERSATIONS.c

Jobs = Mapping[str, str]  # by the names of their folders


async def delete_leftovers(store: Store, storage: Storage, server: str, part: int) -> int:
    """Delete what is left in one part of a server's folders; return how many files.

    Raises StoreError, StorageError.
    """
    number = 0
    for shard in shards(server)[part::PARTS]:
        last = ""
        while paths := await storage.listed(shard, last):
            last = paths[-1]
            left = sorted(set(paths) - await _needed(store, server, paths))
            old = [path for path in left if await _is_old(storage, path)]
            await storage.delete(old)
            number += len(old)
    return number


async def _is_old(storage: Storage, path: str) -> bool:
    try:
        return await storage.written_at(path) < datetime.now(UTC) - LEFT_AFTER
    except NotStored:  # deleted meanwhile
        return False


async def _needed(store: Store, server: str, paths: Iterable[str]) -> set[str]:
    """Return the paths that rows of the same conversations point to."""
    folders = {path.rpartition("/")[0] for path in paths}
    names = {each.rpartition("/")[2] for each in folders}
    hashed = {} if all(map(is_plain, names)) else await _strange(store, server)
    jobs = sorted(job for name in names if (job := hashed.get(name, name)))
    needed: set[str] = set()
    for start in range(0, len(jobs), TOGETHER):
        some = jobs[start : start + TOGETHER]
        batches = select(BATCHES.path).where(BATCHES.server == server, BATCHES.job.in_(some))
        sounds = select(ROWS.recording).where(ROWS.server == server, ROWS.job.in_(some))
        async with store.read() as connection:
            needed |= set((await connection.execute(batches)).scalars())
            needed |= set((await connection.execute(sounds)).scalars())
    return needed


async def _strange(store: Store, server: str) -> Jobs:
    """Return the jobs whose folders have other names: none that LiveKit gives."""
    found: dict[str, str] = {}
    last = ""
    while True:
        following = select(ROWS.job).where(ROWS.server == server, ROWS.job > last)
        async with store.read() as connection:
            page = following.order_by(ROWS.job).limit(5000)
            jobs = list((await connection.execute(page)).scalars())
        if not jobs:
            return found
        last = jobs[-1]
        for job in jobs:
            if not is_plain(job):
                found[folder(server, job).rpartition("/")[2]] = job
