"""Agent dispatches of one room: LiveKit doesn't list them in any other way.

livekit-server sets a job's status when a worker accepts it and never again: a job that has
ended, failed or been lost is still reported as running, without its error.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from livekit.api import (
    AgentDispatch,
    CreateAgentDispatchRequest,
    DeleteAgentDispatchRequest,
    ListAgentDispatchRequest,
    ListAgentDispatchResponse,
)
from livekit.protocol import agent

from app.errors import Invalid, LiveKitError, LiveKitNotFound, NotFound, Unavailable
from app.services.agents.states import AgentStatus, JobType, RestartPolicy
from app.services.livekit import redaction
from app.services.livekit.client import LiveKit
from app.services.livekit.enums import Newer, from_proto
from app.services.livekit.errors import SILENT, field_about
from app.services.livekit.times import from_nanoseconds
from app.services.rooms import rooms
from app.services.rooms.new_agents import NewAgent, restart_policy

# LiveKit's messages, and the field that each is about.
ABOUT = (
    ("metadata size", "metadata"),
    ("attribute size", "attributes"),
    ("deployment ", "deployment"),
)


@dataclass(frozen=True, slots=True)
class Job:
    """One job of a dispatch; `identity` is the agent's, `participant` the one it is for."""

    id: str
    type: JobType | Newer
    status: AgentStatus | Newer
    error: str
    worker: str
    identity: str
    participant: str
    started: datetime | None
    ended: datetime | None


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A request for an agent in a room; `agent_name` is empty for workers without a name."""

    id: str
    room: str
    agent_name: str
    metadata: str
    deployment: str
    attributes: MappingProxyType[str, str]
    restart_policy: RestartPolicy | Newer
    created: datetime | None
    jobs: tuple[Job, ...]

    @property
    def label(self) -> str:
        """The name to show: the agent's, or a description of it."""
        return self.agent_name or "any agent without a name"

    @property
    def automatic(self) -> bool:
        """True for the dispatch that LiveKit creates for every room, if no worker accepted it."""
        requested = self.agent_name or self.metadata or self.deployment or self.attributes
        return not (requested or self.jobs)


def record(dispatch: AgentDispatch) -> Dispatch:
    """Return the record of a message, without the TURN password in the room of each job."""
    return Dispatch(
        id=dispatch.id,
        room=dispatch.room,
        agent_name=dispatch.agent_name,
        metadata=dispatch.metadata,
        deployment=dispatch.deployment,
        attributes=MappingProxyType(dict(sorted(dispatch.attributes.items()))),
        restart_policy=restart_policy(dispatch.restart_policy),
        created=from_nanoseconds(dispatch.state.created_at),
        jobs=tuple(map(_job, dispatch.state.jobs)),
    )


def _job(job: agent.Job) -> Job:
    state = job.state
    status = from_proto(AgentStatus, agent.JobStatus, state.status, strip="JS_")
    if status is AgentStatus.SUCCESS and not state.participant_identity:
        status = AgentStatus.DECLINED
    return Job(
        id=job.id,
        type=from_proto(JobType, agent.JobType, job.type, strip="JT_"),
        status=status,
        error=redaction.text(state.error),
        worker=state.worker_id,
        identity=state.participant_identity,
        participant=job.participant.identity,
        started=from_nanoseconds(state.started_at),
        ended=from_nanoseconds(state.ended_at),
    )


def _listing(
    livekit: LiveKit,
) -> Callable[[ListAgentDispatchRequest], Awaitable[ListAgentDispatchResponse]]:
    async def list_dispatch(request: ListAgentDispatchRequest) -> ListAgentDispatchResponse:
        service = livekit.reads_of(request.room).agent_dispatch
        dispatches = await service.list_dispatch(request.room)
        return ListAgentDispatchResponse(agent_dispatches=dispatches)

    return list_dispatch


async def of_room(livekit: LiveKit, room: str) -> list[Dispatch]:
    """Return the dispatches of an open room, newest first.

    Raises NotFound if no node of the server has the room: LiveKit reports that only after 3 s, so
    check first that the room is open.
    """
    request = ListAgentDispatchRequest(room=room)
    try:
        answer = await livekit.read(_listing(livekit), request)
    except Unavailable as error:
        raise _without_node(error, room) from error
    newest = sorted(answer.agent_dispatches, key=lambda each: (-each.state.created_at, each.id))
    return [record(each) for each in newest]


async def get(livekit: LiveKit, room: str, dispatch_id: str) -> Dispatch:
    """Return one dispatch. Raises NotFound if the room isn't open or has no such dispatch."""
    await rooms.get(livekit, room)
    for dispatch in await of_room(livekit, room):
        if dispatch.id == dispatch_id:
            return dispatch
    raise LiveKitNotFound(f"The room {room} has no dispatch {dispatch_id}.")


async def create(livekit: LiveKit, room: str, new: NewAgent) -> tuple[Dispatch, bool]:
    """Dispatch an agent to a room; return the dispatch, and whether the room was opened for it.

    Raises Invalid with the field at fault, NotFound if the server doesn't open rooms itself.
    """
    was_open = bool(await rooms.listed(livekit, room))
    request = CreateAgentDispatchRequest(room=room, **new.fields())
    call = livekit.api.agent_dispatch.create_dispatch
    try:
        made = await livekit.write(call, request)
    except Unavailable as error:
        raise _without_node(error, room) from error
    except LiveKitError as error:
        field = field_about(error.reason, ABOUT)
        if field is None:
            raise
        raise Invalid(fields={field: error.reason}) from error
    return record(made), not was_open


async def delete(livekit: LiveKit, room: str, dispatch_id: str) -> None:
    """Delete a dispatch; its agents leave. Raises NotFound if it no longer exists."""
    if not await rooms.listed(livekit, room):
        raise LiveKitNotFound(f"The room {room} is not open; its dispatches ended with it.")
    sdk = livekit.api.agent_dispatch

    async def delete_dispatch(request: DeleteAgentDispatchRequest) -> AgentDispatch:
        return await sdk.delete_dispatch(request.dispatch_id, request.room)

    request = DeleteAgentDispatchRequest(room=room, dispatch_id=dispatch_id)
    try:
        await livekit.write(delete_dispatch, request)
    except NotFound as error:
        raise LiveKitNotFound(f"The room {room} has no dispatch {dispatch_id}.") from error
    except Unavailable as error:
        raise _without_node(error, room) from error


def _without_node(error: Unavailable, room: str) -> LiveKitError:
    """Return what it means that no node answers for a room: the room isn't open."""
    if SILENT not in error.reason:
        return error
    return LiveKitNotFound(
        f"No node of the LiveKit server has the room {room}.",
        advice="The room isn't open, or its node is gone. A server with room.auto_create off opens "
        "no room for a dispatch: create the room first.",
    )
