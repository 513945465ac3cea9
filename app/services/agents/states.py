"""The states of agents, jobs and workers, and the types of jobs."""

from enum import StrEnum


class AgentStatus(StrEnum):
    """The status of an agent's work: livekit_agent.proto, JobStatus, and what the room shows.

    livekit-server never learns the outcome of a job that a worker has accepted: it stays running,
    without an error. Whether its agent is in the room is more reliable.
    """

    RUNNING = "running"
    STARTING = "starting"
    ASKING = "asking"
    PENDING = "pending"
    UNTAKEN = "untaken"
    AUTOMATIC = "automatic"
    GONE = "gone"
    SUCCESS = "success"
    DECLINED = "declined"
    FAILED = "failed"
    CANCELLED = "cancelled"
    PRESENT = "present"


class JobType(StrEnum):
    """What a job is for (livekit_agent.proto, JobType)."""

    ROOM = "room"
    PUBLISHER = "publisher"
    PARTICIPANT = "participant"


class RestartPolicy(StrEnum):
    """When an agent's job starts again (livekit_agent_dispatch.proto, JobRestartPolicy).

    For LiveKit Cloud: livekit-server stores it and never acts on it.
    """

    ON_FAILURE = "on_failure"
    NEVER = "never"


class WorkerStatus(StrEnum):
    """How an agent worker answers at its address in AGENT_WORKERS."""

    REACHABLE = "reachable"
    UNHEALTHY = "unhealthy"
    UNREACHABLE = "unreachable"
    UNAUTHORIZED = "unauthorized"
    FOREIGN = "foreign"
