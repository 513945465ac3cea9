"""Labels of agents, their jobs and workers, and webhooks."""

from app.labels.label import Label, Labels
from app.services.agents.states import AgentStatus, JobType, RestartPolicy, WorkerStatus
from app.services.webhooks.states import WebhookEvent

AGENTS: Labels = {
    AgentStatus: {
        AgentStatus.RUNNING: Label(
            "running", "ok", "A worker is running the job, and its agent is in the room."
        ),
        AgentStatus.STARTING: Label(
            "starting", "warn", "A worker accepted the job; its agent hasn't joined the room yet."
        ),
        AgentStatus.ASKING: Label(
            "offered",
            "warn",
            "LiveKit is offering the job to workers; it takes a few seconds to list a job.",
        ),
        AgentStatus.PENDING: Label("pending", "warn", "The job is waiting for a worker."),
        AgentStatus.UNTAKEN: Label(
            "no worker",
            "bad",
            "No worker accepted it. LiveKit offers a job once: check that a worker with this agent "
            "name and deployment is running and has capacity, then dispatch again.",
        ),
        AgentStatus.AUTOMATIC: Label(
            "automatic",
            "",
            "LiveKit creates this dispatch for every room, for workers without an agent name.",
        ),
        AgentStatus.GONE: Label(
            "left",
            "warn",
            "The agent isn't in the room: it finished, failed or was lost. LiveKit doesn't record "
            "how a job ends and still reports it as running; see the worker's log.",
        ),
        AgentStatus.SUCCESS: Label("done", "", "The job completed."),
        AgentStatus.DECLINED: Label(
            "rejected", "warn", "The worker ended the job without starting an agent."
        ),
        AgentStatus.FAILED: Label("failed", "bad", "The job ended with an error."),
        AgentStatus.CANCELLED: Label("cancelled", "", "The job was cancelled."),
        AgentStatus.PRESENT: Label(
            "in the room", "ok", "Agent in the room without a matching dispatch."
        ),
    },
    WorkerStatus: {
        WorkerStatus.REACHABLE: Label(
            "reachable", "ok", "The worker responds, and its health check passes."
        ),
        WorkerStatus.UNHEALTHY: Label(
            "unhealthy",
            "bad",
            "The worker responds, but its health check fails: usually because it isn't connected "
            "to LiveKit. It gets no jobs.",
        ),
        WorkerStatus.UNREACHABLE: Label(
            "unreachable",
            "bad",
            "Nothing responds at this address: the worker isn't running, or the dashboard can't "
            "reach its HTTP port.",
        ),
        WorkerStatus.UNAUTHORIZED: Label(
            "unauthorized",
            "warn",
            "The address requires a user name and password, or rejects those in AGENT_WORKERS.",
        ),
        WorkerStatus.FOREIGN: Label(
            "not a worker",
            "warn",
            "Something responds at this address, but not as an agent worker does.",
        ),
    },
    JobType: {
        JobType.ROOM: Label("room", "", "One agent for the whole room."),
        JobType.PUBLISHER: Label("publisher", "", "One agent for each participant who publishes."),
        JobType.PARTICIPANT: Label("participant", "", "One agent for each participant."),
    },
    RestartPolicy: {
        RestartPolicy.ON_FAILURE: Label(
            "after a failure", "", "LiveKit Cloud starts the job again when it fails."
        ),
        RestartPolicy.NEVER: Label("never", "", "LiveKit Cloud does not start the job again."),
    },
    WebhookEvent: {
        WebhookEvent.ROOM_STARTED: Label("room started", "", "A room was opened."),
        WebhookEvent.ROOM_FINISHED: Label("room finished", "", "A room was closed."),
        WebhookEvent.PARTICIPANT_JOINED: Label("joined", "", "Somebody is in a room."),
        WebhookEvent.PARTICIPANT_LEFT: Label("left", "", "Somebody left a room."),
        WebhookEvent.PARTICIPANT_CONNECTION_ABORTED: Label(
            "aborted", "", "Somebody's connection broke before it was ready."
        ),
        WebhookEvent.TRACK_PUBLISHED: Label("published", "", "A track was published."),
        WebhookEvent.TRACK_UNPUBLISHED: Label("unpublished", "", "A track is no longer published."),
        WebhookEvent.EGRESS_STARTED: Label("egress started", "", "A recording or stream begins."),
        WebhookEvent.EGRESS_UPDATED: Label("egress updated", "", "A job's state has changed."),
        WebhookEvent.EGRESS_ENDED: Label("egress ended", "", "A recording or stream is over."),
        WebhookEvent.INGRESS_STARTED: Label("ingress started", "", "An ingress receives media."),
        WebhookEvent.INGRESS_ENDED: Label(
            "ingress ended", "", "An ingress no longer receives media."
        ),
    },
}
