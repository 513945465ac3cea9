"""Labels of agents, their jobs and webhooks."""

from app.labels.label import Label, Labels
from app.services.agents.states import AgentStatus, JobType, RestartPolicy
from app.services.webhooks.states import WebhookEvent

AGENTS: Labels = {
    AgentStatus: {
        AgentStatus.RUNNING: Label("running", "ok", "A worker has the job, and its agent is here."),
        AgentStatus.STARTING: Label(
            "starting", "warn", "A worker took the job; its agent is not in the room yet."
        ),
        AgentStatus.ASKING: Label(
            "asking", "warn", "LiveKit asks the workers; it takes some seconds to list a job."
        ),
        AgentStatus.PENDING: Label("pending", "warn", "The job waits for a worker."),
        AgentStatus.UNTAKEN: Label(
            "no worker",
            "bad",
            "No worker took it. LiveKit asks once, when the dispatch is made: check that a worker "
            "with this agent name and deployment runs and has room for a job, then dispatch again.",
        ),
        AgentStatus.AUTOMATIC: Label(
            "automatic",
            "",
            "LiveKit makes this dispatch for every room; a worker without a name would have it.",
        ),
        AgentStatus.GONE: Label(
            "gone",
            "warn",
            "Its agent is not in the room: it finished, failed or was lost. LiveKit keeps neither "
            "how a job ends nor its error, and still calls it running; the worker's log has both.",
        ),
        AgentStatus.SUCCESS: Label("done", "", "The job ended as it should."),
        AgentStatus.DECLINED: Label(
            "turned down", "warn", "The worker was asked, and ended the job without an agent."
        ),
        AgentStatus.FAILED: Label("failed", "bad", "The job ended by an error."),
        AgentStatus.CANCELLED: Label("cancelled", "", "The job was cancelled."),
        AgentStatus.PRESENT: Label(
            "in the room", "ok", "An agent is here that no listed job of the room brought."
        ),
    },
    JobType: {
        JobType.ROOM: Label("room", "", "One agent for the whole room."),
        JobType.PUBLISHER: Label("publisher", "", "One agent for each who publishes."),
        JobType.PARTICIPANT: Label("participant", "", "One agent for each who joins."),
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
        WebhookEvent.INGRESS_STARTED: Label("ingress started", "", "Media comes in."),
        WebhookEvent.INGRESS_ENDED: Label("ingress ended", "", "Media no longer comes in."),
    },
}
