"""The storage of files as a service: what kind it is, and whether it works."""

from app.services.server.capabilities import Capability
from app.services.server.states import Reach
from app.storage.storage import Storage

NAME = "Files"


async def of_storage(storage: Storage | None) -> list[Capability]:
    """Return whether the storage works now, and what to do if it doesn't; nothing without one."""
    if storage is None:
        return []
    # not in the text, which is part of the support report: a bucket has a name
    how = f"Checked without writing: {storage.place}"
    if problem := await storage.problem():
        advice = f"{problem.reason} {problem.advice}"
        return [Capability(NAME, Reach.UNKNOWN, problem.title, advice, failed=True, how=how)]
    text = {"Folder": "a folder on this machine"}.get(storage.kind, storage.kind)
    return [Capability(NAME, Reach.REACHABLE, text, how=how)]
