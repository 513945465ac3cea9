"""Agents: the jobs of dispatches, and the participants of kind AGENT in the rooms.

LiveKit lists neither for the whole server. A scan of rooms (`rooms/scan.py`) finds the agents;
dispatches are listed for the occupied rooms of the scan, and for the rooms named in the query.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from livekit.protocol import models

from app.errors import NotFound
from app.services import lists
from app.services.agents import dispatches
from app.services.agents.dispatches import Dispatch, Job
from app.services.agents.states import AgentStatus
from app.services.lists import Ask, Columns, Listing, Table, Tabs, contain
from app.services.livekit.client import LiveKit
from app.services.livekit.enums import Newer
from app.services.livekit.times import joined
from app.services.rooms import participants, rooms
from app.services.rooms.people import is_observer
from app.services.rooms.scan import RoomScan, scan_rooms

# livekit-server waits this long for workers before it lists a job (measured: up to 6 s).
PATIENCE = timedelta(seconds=10)
# A worker's process starts and joins meanwhile.
JOINING = timedelta(seconds=20)
# The attributes in which livekit-agents describes itself (agents/types.py).
STATE, NAME = "lk.agent.state", "lk.agent.name"


@dataclass(frozen=True, slots=True)
class AgentRow:
    """One row: an agent in a room, a job, or a dispatch that no worker accepted.

    `state` is what the agent reports; `since` is when it joined, or else when it was dispatched;
    `started` and `ended` are the job's.
    """

    room: str
    agent_name: str
    deployment: str
    status: AgentStatus | Newer
    error: str
    identity: str
    name: str
    sid: str
    state: str
    dispatch: str
    job: str
    worker: str
    since: datetime | None
    started: datetime | None
    ended: datetime | None

    @property
    def key(self) -> str:
        """The key of the row, unique on its page."""
        return "-".join(filter(None, (self.dispatch, self.job, self.sid)))


@dataclass(frozen=True, slots=True)
class Seen:
    """The rooms of a list: the scan, and the rooms `named` in the query.

    Dispatches were listed for `listed` rooms. Of the named ones, those of `closed` aren't open,
    and no node of the server answered for those of `silent`.
    """

    scan: RoomScan
    named: tuple[str, ...]
    listed: int
    closed: tuple[str, ...]
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted(lists.Wanted[AgentRow]):
    """The filters of the list: the agents of a scan from `start` on, and of each `room`."""

    status: str = ""
    room: tuple[str, ...] = ()
    start: int = 0

    def matches(self, agent: AgentRow, q: str) -> bool:
        """Return whether the agent passes, and `q` is in what its row shows."""
        shown = (agent.room, agent.agent_name, agent.identity, agent.name, agent.worker)
        ids = (agent.dispatch, agent.job, agent.deployment)
        return self.status in {"", agent.status} and contain((*shown, *ids), q)


COLUMNS: Columns[AgentRow] = Columns(
    {
        "agent": lambda agent: agent.agent_name.casefold(),
        "status": lambda agent: agent.status,
        "room": lambda agent: agent.room,
        "worker": lambda agent: agent.worker,
        "since": lambda agent: agent.since.timestamp() if agent.since else 0,
        "key": lambda agent: agent.key,
    },
    default="-since",
    ties="key",
)


LISTING: Listing[AgentRow, AgentRow] = Listing(
    COLUMNS,
    lambda agent: agent,
    Tabs("status", lambda agents: Counter(agent.status for agent in agents)),
)


async def table(livekit: LiveKit, ask: Ask, wanted: Wanted) -> tuple[Table[AgentRow], Seen]:
    """Return one page of the matching agents, and the rooms that were scanned for them.

    Costs one LiveKit call, one for each scanned room, and one for each room with agents or named.
    Raises a LiveKitError if any of them fails: half a list would look like a complete one.
    """
    rows, seen = await current(livekit, wanted.room, wanted.start)
    return LISTING.table(rows, ask, wanted), seen


async def current(
    livekit: LiveKit, named: Sequence[str], start: int
) -> tuple[list[AgentRow], Seen]:
    """Return the agents of a scan, and the rooms that it covers; raises what `table` raises."""
    open_rooms = await rooms.listed(livekit)
    open_names = {room.name for room in open_rooms}
    scanned, scan = await scan_rooms(
        livekit, open_rooms, start, first=lambda room: room.name in named, uncounted=True
    )
    people: dict[str, list[models.ParticipantInfo]] = {}
    for room, who in scanned:
        in_room = people.setdefault(room, [])
        if who.kind == models.ParticipantInfo.Kind.AGENT and not is_observer(who):
            in_room.append(who)
    listed = list(dict.fromkeys([*(name for name in named if name in open_names), *people]))
    # concurrently: LiveKit takes 3 s to report a room without a node, and two exceed the limit
    answers = await asyncio.gather(*(_dispatches(livekit, name) for name in listed))
    rows: list[AgentRow] = []
    for room, answer in zip(listed, answers, strict=True):
        rows += _rows(room, answer or (), people.get(room, ()), named=room in named)
    return rows, Seen(
        scan=scan,
        named=tuple(named),
        listed=len(listed),
        closed=tuple(name for name in named if name not in open_names),
        silent=tuple(r for r, answer in zip(listed, answers, strict=True) if answer is None),
    )


async def _dispatches(livekit: LiveKit, room: str) -> list[Dispatch] | None:
    """Return a room's dispatches; None if the room has just closed, or its node is gone."""
    try:
        return await dispatches.of_room(livekit, room)
    except NotFound:
        return None


def in_room(
    room: str, dispatched: Iterable[Dispatch], present: Iterable[models.ParticipantInfo]
) -> list[AgentRow]:
    """Return the agents and dispatches of an open room; `present` are the agents in it.

    The dispatch that LiveKit creates for every room is left out.
    """
    rows = _rows(room, dispatched, present, named=False)
    return sorted(rows, key=lambda agent: agent.key)


async def of_dispatch(
    livekit: LiveKit, room: str, dispatch_id: str
) -> tuple[Dispatch, list[AgentRow]]:
    """Return a dispatch and its jobs as rows. Raises NotFound if it no longer exists."""
    dispatch = await dispatches.get(livekit, room, dispatch_id)
    people = {who.identity: who for who in await participants.listed(livekit, room)}
    return dispatch, list(_of(dispatch, people, datetime.now(UTC)))


def _rows(
    room: str,
    dispatched: Iterable[Dispatch],
    present: Iterable[models.ParticipantInfo],
    *,
    named: bool,
) -> Iterator[AgentRow]:
    """Yield the rows of one room; in a `named` one also what the dispatch of every room became."""
    people = {who.identity: who for who in present}
    now = datetime.now(UTC)
    with_job: set[str] = set()
    for dispatch in dispatched:
        if not dispatch.automatic or (named and dispatch.jobs):
            yield from _of(dispatch, people, now)
        with_job |= {job.identity for job in dispatch.jobs}
    for who in people.values():
        if who.identity not in with_job:
            yield _agent(room, AgentStatus.PRESENT, who=who)


def _of(
    dispatch: Dispatch, people: Mapping[str, models.ParticipantInfo], now: datetime
) -> Iterator[AgentRow]:
    if not dispatch.jobs:
        young = dispatch.created is None or now - dispatch.created < PATIENCE
        late = AgentStatus.AUTOMATIC if dispatch.automatic else AgentStatus.UNTAKEN
        status = AgentStatus.ASKING if young and not dispatch.automatic else late
        yield _agent(dispatch.room, status, dispatch)
    for job in dispatch.jobs:
        who = people.get(job.identity) if job.identity else None
        yield _agent(dispatch.room, _status(job, who is not None, now), dispatch, job, who)


def _status(job: Job, present: bool, now: datetime) -> AgentStatus | Newer:
    """Return a job's status: only an agent in the room shows that it is still running."""
    if job.status is not AgentStatus.RUNNING or present:
        return job.status
    young = job.started is not None and now - job.started < JOINING
    return AgentStatus.STARTING if young else AgentStatus.GONE


def _agent(
    room: str,
    status: AgentStatus | Newer,
    dispatch: Dispatch | None = None,
    job: Job | None = None,
    who: models.ParticipantInfo | None = None,
) -> AgentRow:
    attributes = dict(who.attributes) if who else {}
    requested = (job.started if job else None) or (dispatch.created if dispatch else None)
    return AgentRow(
        room=room,
        agent_name=dispatch.agent_name if dispatch else attributes.get(NAME, ""),
        deployment=dispatch.deployment if dispatch else "",
        status=status,
        error=job.error if job else "",
        identity=who.identity if who else job.identity if job else "",
        name=who.name if who else "",
        sid=who.sid if who else "",
        state=attributes.get(STATE, ""),
        dispatch=dispatch.id if dispatch else "",
        job=job.id if job else "",
        worker=job.worker if job else "",
        since=(joined(who) if who else None) or requested,
        started=job.started if job else None,
        ended=job.ended if job else None,
    )
