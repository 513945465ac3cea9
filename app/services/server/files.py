"""The storage of files as a service: what kind it is, and whether it works."""

from dataclasses import replace

from app.services.server.capabilities import Capability
from app.services.server.states import Reach
from app.storage.storage import Storage

FILES = Capability(
    "Files",
    Reach.UNKNOWN,
    "",
    how="Checked without writing: the folder and its disk, or a list of what the bucket has.",
    needs="Set STORAGE_URL to a folder that the dashboard may write, or to a bucket that exists.",
)


async def of_storage(storage: Storage | None) -> list[Capability]:
    """Return whether the storage works now, and what to do if it doesn't; nothing without one."""
    if storage is None:
        return []
    if problem := await storage.problem():
        advice = f"{problem.reason} {problem.advice}"
        return [replace(FILES, text=problem.title, advice=advice, failed=True)]
    return [replace(FILES, reach=Reach.REACHABLE, text=storage.name)]
