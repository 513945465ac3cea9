"""Agents: what dispatches asked for, and who of kind AGENT is in the rooms.

LiveKit lists neither for the whole server. A scan of rooms (`rooms/scan.py`) finds the agents;
dispatches are listed for the scanned rooms with anybody in them, and for the rooms named in the
query.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from livekit.protocol import models

from app.errors import NotFound
from app.services import lists
from app.services.agents import dispatches
from app.services.agents.dispatches import Dispatch, Job
from app.services.agents.states import AgentStatus
from app.services.lists import Ask, Columns, Listing, Table, contain
from app.services.livekit.client import LiveKit
from app.services.livekit.enums import Newer
from app.services.livekit.times import joined
from app.services.rooms import participants, rooms
from app.services.rooms.scan import RoomScan, scan_rooms

# livekit-server waits this long for workers before it lists a job (measured: up to 6 s).
PATIENCE = timedelta(seconds=10)
# A worker's process starts and joins meanwhile.
JOINING = timedelta(seconds=20)
# The attributes in which livekit-agents describes itself (agents/types.py).
STATE, NAME = "lk.agent.state", "lk.agent.name"


@dataclass(frozen=True, slots=True)
class Agent:
    """One row: an agent in a room, a job, or a dispatch that nobody took.

    `state` is what the agent says of itself; `since` when it joined, else when it was asked for;
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
        """What is different from the other rows of the page."""
        return "-".join(filter(None, (self.dispatch, self.job, self.sid)))


@dataclass(frozen=True, slots=True)
class Seen:
    """Where was looked, and which of the named rooms are not open or have no node that answers."""

    scan: RoomScan
    named: tuple[str, ...]
    asked: int
    closed: tuple[str, ...]
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted(lists.Wanted[Agent]):
    """Which agents a list shows: those in the rooms scanned from `start` on, and in each `room`."""

    status: str = ""
    room: tuple[str, ...] = ()
    start: int = 0

    def matches(self, agent: Agent, q: str) -> bool:
        """Return whether the agent is one of them, and `q` is in what a row shows of it."""
        shown = (agent.room, agent.agent_name, agent.identity, agent.name, agent.worker)
        ids = (agent.dispatch, agent.job, agent.deployment)
        return self.status in {"", agent.status} and contain((*shown, *ids), q)


COLUMNS: Columns[Agent] = Columns(
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


LISTING: Listing[Agent, Agent] = Listing(COLUMNS, lambda agent: agent)


async def table(livekit: LiveKit, ask: Ask, wanted: Wanted) -> tuple[Table[Agent], Seen]:
    """Return one page of the matching agents, and where they were looked for.

    Costs a call, one for each scanned room, and one for each with agents or named.
    Raises a LiveKitError where one fails: half a list would look like a whole one.
    """
    current, seen = await _current(livekit, wanted.room, wanted.start)
    return LISTING.table(current, ask, wanted), seen


async def _current(livekit: LiveKit, named: Sequence[str], start: int) -> tuple[list[Agent], Seen]:
    open_rooms = await rooms.listed(livekit)
    there = {room.name for room in open_rooms}
    found, scan = await scan_rooms(
        livekit, open_rooms, start, first=lambda room: room.name in named, uncounted=True
    )
    people: dict[str, list[models.ParticipantInfo]] = {}
    for room, who in found:
        in_room = people.setdefault(room, [])
        if who.kind == models.ParticipantInfo.Kind.AGENT:
            in_room.append(who)
    asked = list(dict.fromkeys([*(name for name in named if name in there), *people]))
    # all together: a room whose node is gone answers after 3 s, and a second turn would be too late
    answers = await asyncio.gather(*(_dispatches(livekit, name) for name in asked))
    rows: list[Agent] = []
    for room, answer in zip(asked, answers, strict=True):
        rows += _rows(room, answer or (), people.get(room, ()), whole=room in named)
    return rows, Seen(
        scan=scan,
        named=tuple(named),
        asked=len(asked),
        closed=tuple(name for name in named if name not in there),
        silent=tuple(r for r, answer in zip(asked, answers, strict=True) if answer is None),
    )


async def _dispatches(livekit: LiveKit, room: str) -> list[Dispatch] | None:
    """Return a room's dispatches; None where the room closed meanwhile, or its node is gone."""
    try:
        return await dispatches.of_room(livekit, room)
    except NotFound:
        return None


async def in_room(
    livekit: LiveKit, room: str, present: Iterable[models.ParticipantInfo]
) -> list[Agent]:
    """Return the agents and dispatches of an open room, by one LiveKit call.

    `present` are the agents in it. The dispatch that LiveKit makes for every room is left out.
    Raises NotFound if no node has the room.
    """
    rows = _rows(room, await dispatches.of_room(livekit, room), present, whole=False)
    return sorted(rows, key=lambda agent: agent.key)


async def of_dispatch(
    livekit: LiveKit, room: str, dispatch_id: str
) -> tuple[Dispatch, list[Agent]]:
    """Return a dispatch and what became of it. Raises NotFound where it is gone."""
    found = await dispatches.get(livekit, room, dispatch_id)
    there = await participants.listed(livekit, room)
    people = {who.identity: who for who in there}
    return found, list(_of(found, people, datetime.now(UTC)))


def _rows(
    room: str, found: Iterable[Dispatch], there: Iterable[models.ParticipantInfo], *, whole: bool
) -> Iterator[Agent]:
    """Return the rows of one room; `whole`: with the dispatch that every room has."""
    people = {who.identity: who for who in there}
    now = datetime.now(UTC)
    brought: set[str] = set()
    for dispatch in found:
        if whole or not dispatch.automatic:
            yield from _of(dispatch, people, now)
        brought |= {job.identity for job in dispatch.jobs}
    for who in people.values():
        if who.identity not in brought:
            yield _agent(room, AgentStatus.PRESENT, who=who)


def _of(
    dispatch: Dispatch, people: Mapping[str, models.ParticipantInfo], now: datetime
) -> Iterator[Agent]:
    if not dispatch.jobs:
        young = dispatch.created is None or now - dispatch.created < PATIENCE
        late = AgentStatus.AUTOMATIC if dispatch.automatic else AgentStatus.UNTAKEN
        status = AgentStatus.ASKING if young and not dispatch.automatic else late
        yield _agent(dispatch.room, status, dispatch)
    for job in dispatch.jobs:
        who = people.get(job.identity) if job.identity else None
        yield _agent(dispatch.room, _status(job, who is not None, now), dispatch, job, who)


def _status(job: Job, present: bool, now: datetime) -> AgentStatus | Newer:
    """Return a job's status: only an agent in the room shows that it still runs."""
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
) -> Agent:
    told = dict(who.attributes) if who else {}
    asked = (job.started if job else None) or (dispatch.created if dispatch else None)
    return Agent(
        room=room,
        agent_name=dispatch.agent_name if dispatch else told.get(NAME, ""),
        deployment=dispatch.deployment if dispatch else "",
        status=status,
        error=job.error if job else "",
        identity=who.identity if who else job.identity if job else "",
        name=who.name if who else "",
        sid=who.sid if who else "",
        state=told.get(STATE, ""),
        dispatch=dispatch.id if dispatch else "",
        job=job.id if job else "",
        worker=job.worker if job else "",
        since=(joined(who) if who else None) or asked,
        started=job.started if job else None,
        ended=job.ended if job else None,
    )
