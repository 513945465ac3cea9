"""The words for agents, their jobs and webhooks: a part of the table in words.py."""

from app.labels.label import NEWER, Word, Words
from app.services.agents.states import AgentStatus, JobType, RestartPolicy
from app.services.webhooks.states import WebhookEvent

AGENTS: Words = {
    AgentStatus: {
        AgentStatus.RUNNING: Word("running", "ok", "A worker has the job, and its agent is here."),
        AgentStatus.STARTING: Word(
            "starting", "warn", "A worker took the job; its agent is not in the room yet."
        ),
        AgentStatus.ASKING: Word(
            "asking", "warn", "LiveKit asks the workers; it takes some seconds to list a job."
        ),
        AgentStatus.PENDING: Word("pending", "warn", "The job waits for a worker."),
        AgentStatus.UNTAKEN: Word(
            "no worker",
            "bad",
            "No worker took it. LiveKit asks once, when the dispatch is made: check that a worker "
            "with this agent name and deployment runs and has room for a job, then dispatch again.",
        ),
        AgentStatus.AUTOMATIC: Word(
            "automatic",
            "",
            "LiveKit makes this dispatch for every room; a worker without a name would have it.",
        ),
        AgentStatus.GONE: Word(
            "gone",
            "warn",
            "Its agent is not in the room: it finished, failed or was lost. LiveKit keeps neither "
            "how a job ends nor its error, and still calls it running; the worker's log has both.",
        ),
        AgentStatus.SUCCESS: Word("done", "", "The job ended as it should."),
        AgentStatus.DECLINED: Word(
            "turned down", "warn", "The worker was asked, and ended the job without an agent."
        ),
        AgentStatus.FAILED: Word("failed", "bad", "The job ended by an error."),
        AgentStatus.CANCELLED: Word("cancelled", "", "The job was cancelled."),
        AgentStatus.PRESENT: Word(
            "in the room", "ok", "An agent is here that no listed job of the room brought."
        ),
        AgentStatus.UNKNOWN: NEWER,
    },
    JobType: {
        JobType.ROOM: Word("room", "", "One agent for the whole room."),
        JobType.PUBLISHER: Word("publisher", "", "One agent for each who publishes."),
        JobType.PARTICIPANT: Word("participant", "", "One agent for each who joins."),
        JobType.UNKNOWN: NEWER,
    },
    RestartPolicy: {
        RestartPolicy.ON_FAILURE: Word(
            "after a failure", "", "LiveKit Cloud starts the job again when it fails."
        ),
        RestartPolicy.NEVER: Word("never", "", "LiveKit Cloud does not start the job again."),
        RestartPolicy.UNKNOWN: NEWER,
    },
    WebhookEvent: {
        WebhookEvent.ROOM_STARTED: Word("room started", "", "A room was opened."),
        WebhookEvent.ROOM_FINISHED: Word("room finished", "", "A room was closed."),
        WebhookEvent.PARTICIPANT_JOINED: Word("joined", "", "Somebody is in a room."),
        WebhookEvent.PARTICIPANT_LEFT: Word("left", "", "Somebody left a room."),
        WebhookEvent.PARTICIPANT_CONNECTION_ABORTED: Word(
            "aborted", "", "Somebody's connection broke before it was ready."
        ),
        WebhookEvent.TRACK_PUBLISHED: Word("published", "", "A track was published."),
        WebhookEvent.TRACK_UNPUBLISHED: Word("unpublished", "", "A track is no longer published."),
        WebhookEvent.EGRESS_STARTED: Word("egress started", "", "A recording or stream begins."),
        WebhookEvent.EGRESS_UPDATED: Word("egress updated", "", "A job's state has changed."),
        WebhookEvent.EGRESS_ENDED: Word("egress ended", "", "A recording or stream is over."),
        WebhookEvent.INGRESS_STARTED: Word("ingress started", "", "Media comes in."),
        WebhookEvent.INGRESS_ENDED: Word("ingress ended", "", "Media no longer comes in."),
    },
}
