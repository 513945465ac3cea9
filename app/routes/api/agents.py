"""/api/v1/agents: agents in the rooms, and dispatches that no worker accepted."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Query

from app.security.roles import Permission
from app.services.agents import following
from app.services.agents.agents import Wanted
from app.services.agents.states import AgentStatus
from app.web.api.access import api_router, reads
from app.web.api.listing import AskedDep, Page, Record, Text, scanned
from app.web.deps import LiveKitDep

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
