"""Actions on many things, as a job in the background: its page may be closed and opened again."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from app.security.audit import AuditEntry
from app.services.jobs.kinds import JobKind
from app.text.paths import job_path
from app.web.pages import done

if TYPE_CHECKING:
    from app.services.jobs import starting

MOST = 50  # things that a response acts on itself, while its page waits


class Item(NamedTuple):
    """One of the things: its ID, and its name."""

    key: str
    name: str


async def in_background(
    request: Request, kind: JobKind, items: Sequence[Item], target: str = ""
) -> Response | None:
    """Start a job for more than 50 things, and lead to its page; `target` is what they belong to.

    None if they are fewer, if no process runs jobs, or if the store can't hold one of the names:
    the response then has to act itself. Raises StoreError.
    """
    if len(items) <= MOST or request.app.state.store is None:
        return None
    from app.services.jobs import starting  # with the store, which not every dashboard has

    state = request.app.state
    texts = [target, *(text for item in items for text in item)]
    if not (starting.can_hold(texts) and await state.queue.works()):
        return None
    entry: AuditEntry = request.state.audit
    new = starting.NewJob(
        kind, [starting.NewItem(*item) for item in items], by(entry), target, server=entry.server
    )
    job = await starting.start(state.store, state.queue, new)
    entry.note(job=job.id)
    entry.continues = True  # the job writes the outcome
    return done(request, job_path(job.id))


def by(entry: AuditEntry) -> "starting.By":
    """Return who starts a job, and in which act of the audit."""
    from app.services.jobs.starting import By  # as above

    return By(entry.user, entry.role, entry.address, entry.request_id, entry.action, entry.act)
