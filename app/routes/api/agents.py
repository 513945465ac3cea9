"""/api/v1/agents: agents in the rooms, dispatches that no worker accepted, and the workers."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query
from pydantic import Field

from app.security.roles import Permission
from app.services.agents import following
from app.services.agents.agents import Wanted
from app.services.agents.states import AgentStatus
from app.services.agents.workers.watching import WorkerRow
from app.services.following import Following
from app.web.api.access import api_router, reads
from app.web.api.listing import AskedDep, Page, Record, Text, page, scanned
from app.web.deps import LiveKitDep, WatchDep

router = api_router("/agents", "Agents")
NAMED = 20  # rooms that an address may name
Name = Annotated[str, Query(max_length=1000)]


class Agent(Record):
    """An agent in a room, a job, or a dispatch that no worker accepted.

    `state` is what the agent reports of itself; `since` is when it joined, or else when it was
    dispatched.
    """

    room: str
    agent_name: str
    deployment: str
    status: str
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


@router.get("", dependencies=reads(Permission.AGENTS_READ))
async def list_agents(
    livekit: LiveKitDep,
    asked: AskedDep,
    q: Text = "",
    status: Annotated[Literal[""] | AgentStatus, Query(description="how its job is")] = "",
    room: Annotated[
        list[Name], Query(max_length=NAMED, description="rooms whose dispatches are listed too")
    ] = [],  # noqa: B006
) -> Page[Agent]:
    """List the agents.

    LiveKit lists agents and dispatches one room at a time: a page is about up to 100 rooms, by
    room; the next page continues in the same rooms, or in the next ones.
    """
    start, position = asked.in_scan(q, 2)
    named = tuple(dict.fromkeys(filter(None, room)))
    return scanned(Agent, *await following.after(livekit, Wanted(status, named, start), position))


class Worker(Record):
    """An agent worker of AGENT_WORKERS by its last answer; null is what it doesn't report.

    Times and status are those that one process of the dashboard has seen since it started.
    """

    address: str = Field(description="Its host, port and path in AGENT_WORKERS.")
    status: str
    reason: str = Field(description="Why it isn't reachable; empty if all is well.")
    agent_name: str | None = Field(
        description="Null if it never responded; empty if it takes every room's automatic dispatch."
    )
    kind: str | None = Field(description="What its jobs are for.")
    active_jobs: int | None = Field(validation_alias="jobs")
    load: float | None = Field(description="As the worker measures it; 1 is full.")
    sdk_version: str = Field(validation_alias="version")
    node: str = Field(description="The machine's name; this and the next two from its figures.")
    memory: int | None = Field(description="In bytes, of its main process.")
    started_at: datetime | None = Field(validation_alias="started")
    checked_at: datetime = Field(validation_alias="checked")
    responded_at: datetime | None = Field(validation_alias="answered")
    failing_since: datetime | None = Field(
        description="The first of the checks since then that failed."
    )


@router.get("/workers", dependencies=reads(Permission.AGENTS_READ))
async def list_workers(watch: WatchDep, asked: AskedDep) -> Page[Worker]:
    """List the agent workers of AGENT_WORKERS, by address; none without that setting."""
    position = asked.position("", 1)
    rows = sorted(await watch.rows() if watch else (), key=_address)
    left = [row for row in rows if position.after is None or _address(row) > position.after]
    shown = left[: position.limit]
    last = _address(shown[-1]) if len(left) > len(shown) else None
    return page(Worker, Following(shown, last))


def _address(row: WorkerRow) -> tuple[str]:
    return (row.address,)
