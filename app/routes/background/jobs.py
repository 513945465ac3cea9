"""/jobs: what runs and waits, what has ended, and what the dashboard does on a schedule."""

import dataclasses
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.labels.jobs import kind_name
from app.navigation.figures import Figure
from app.routes.background.scheduled import Panel, panel
from app.routes.background.shown import Shown, shown
from app.routes.history.shared import PlaceDep, listed, masking
from app.security.guards import sees
from app.security.roles import Permission, User
from app.services import executors
from app.services.history.lists.walking import Found
from app.services.history.masking import Masking
from app.services.jobs import listing
from app.services.jobs.kinds import JobKind
from app.services.jobs.listing import Wanted
from app.services.jobs.states import UNENDED, JobStatus
from app.services.lists import Ask
from app.store.store import Store
from app.text.paths import JOBS
from app.web.deps import StoreDep, UserDep
from app.web.listing import asked, filters
from app.web.pages import page

MOST = 100  # of those that run or wait
TOPIC = "jobs"
# What the list can be filtered by.
KINDS = [(kind, kind_name(kind)) for kind in JobKind]
OUTCOMES = [(each, each.capitalize()) for each in JobStatus if each not in UNENDED]

router = APIRouter(prefix=JOBS)


@dataclasses.dataclass(frozen=True, slots=True)
class Filters:
    """The list's own filters, as they are in the address; `q` is who started the job."""

    status: Literal["", "done", "failed", "canceled"] = ""
    kind: Literal[""] | JobKind = ""

    def wanted(self, q: str) -> Wanted:
        """Return what to search for, among the jobs that have ended."""
        return Wanted(status=self.status, kind=self.kind, actor=q.strip(), ended=True)


@dataclasses.dataclass(frozen=True, slots=True)
class Active:
    """The jobs that run or wait; `more` is true if they are more than those."""

    rows: list[Shown]
    more: bool

    @property
    def count(self) -> str:
        """How many there are, as it is shown."""
        return f"{len(self.rows)}{'+' if self.more else ''}"


ListDep = Annotated[Ask, asked("jobs")]
FiltersDep = Annotated[Filters, filters(Filters)]


@router.get("", dependencies=[sees(Permission.JOBS_READ)])
async def jobs_index(
    request: Request,
    store: StoreDep,
    user: UserDep,
    ask: ListDep,
    chosen: FiltersDep,
    place: PlaceDep,
) -> Response:
    """Show what runs and waits, and one page of what has ended."""
    found = await listing.page(
        store, chosen.wanted(ask.q), dataclasses.replace(place, size=ask.per_page)
    )
    is_first = place.before is None and place.after is None
    masks = masking(user)
    rows = [shown(job, user, masks) for job in found.rows]
    more = await _beside(request, store, user, masks) if is_first else {"active": None}
    return await page(
        request,
        "jobs/index.html.j2",
        live=is_first,
        topics=(TOPIC,),
        figures=_figures(more["active"]),
        ended=listed(Found(rows, found.older, found.newer), ask, dataclasses.asdict(chosen), JOBS),
        searched=found.searched,
        filters=chosen,
        outcomes=OUTCOMES,
        kinds=KINDS,
        is_first=is_first,
        **more,
    )


async def _beside(request: Request, store: Store, user: User, masks: Masking) -> dict[str, Any]:
    """Return what the first page shows besides the list."""
    unended = await listing.unended(store, most=MOST + 1)
    rows = [shown(job, user, masks) for job in unended[:MOST]]
    schedules: Panel = await panel(request.app.state.queue)
    return {
        "active": Active(rows, len(unended) > MOST),
        "processes": await executors.number_alive(store),
        "embedded": request.app.state.queue.embedded,
        "schedules": schedules,
    }


def _figures(active: Active | None) -> dict[str, Figure] | None:
    if active is None or active.more:
        return None
    return {JOBS: Figure(len(active.rows))}
