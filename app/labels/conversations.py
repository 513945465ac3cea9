"""Labels of conversations: what was said and done, how it ended, and why an upload was refused."""

from app.labels.label import Label, Labels
from app.services.conversations.states import (
    Batch,
    ChatRole,
    CloseReason,
    ItemKind,
    ItemOrigin,
    ModelKind,
    Outcome,
    UploadRefusal,
)

CONVERSATIONS: Labels = {
    CloseReason: {
        CloseReason.ERROR: Label(
            "error", "bad", "An error of a model or a tool ended the session."
        ),
        CloseReason.JOB_SHUTDOWN: Label(
            "job shut down", "", "The worker or its job shut down while the session was open."
        ),
        CloseReason.PARTICIPANT_DISCONNECTED: Label(
            "caller left", "", "The participant that the agent listened to disconnected."
        ),
        CloseReason.USER_INITIATED: Label(
            "closed by agent", "", "The agent's program closed the session."
        ),
        CloseReason.TASK_COMPLETED: Label(
            "task completed", "", "The agent completed its task and closed the session."
        ),
    },
    Batch: {
        Batch.TRACES: Label("traces", "", "Spans: what the agent did, and how long it took."),
        Batch.LOGS: Label("logs", "", "Lines of the agent's log, and its history and judgement."),
        Batch.METRICS: Label("metrics", "", "What was counted and measured."),
        Batch.CHAT: Label("history", "", "What was said and done, sent when the session ended."),
    },
    ItemOrigin: {
        ItemOrigin.CHAT: Label("history", "", "From the history that the agent sent at the end."),
        ItemOrigin.TRACE: Label("trace", "", "From the trace, while the conversation runs."),
    },
    ItemKind: {
        ItemKind.MESSAGE: Label("message", "", "Something that was said or typed."),
        ItemKind.FUNCTION_CALL: Label("tool call", "", "The agent called one of its tools."),
        ItemKind.FUNCTION_CALL_OUTPUT: Label("tool result", "", "What the tool returned."),
        ItemKind.AGENT_HANDOFF: Label("hand-off", "", "Another agent took over."),
        ItemKind.AGENT_CONFIG_UPDATE: Label(
            "configuration", "", "The agent's instructions or tools changed."
        ),
    },
    ChatRole: {
        ChatRole.USER: Label("Caller", "", "The participant to whom the agent listens."),
        ChatRole.ASSISTANT: Label("Agent", "", "The agent."),
        ChatRole.SYSTEM: Label("System", "", "Told to the model, not to the caller."),
        ChatRole.DEVELOPER: Label("Developer", "", "Told to the model, not to the caller."),
    },
    Outcome: {
        Outcome.SUCCESS: Label("success", "ok", "The agent called the conversation a success."),
        Outcome.FAIL: Label("fail", "bad", "The agent called the conversation a failure."),
    },
    ModelKind: {
        ModelKind.LLM: Label("LLM", "", "A language model."),
        ModelKind.STT: Label("speech to text", "", "A model that transcribes speech."),
        ModelKind.TTS: Label("text to speech", "", "A model that speaks."),
        ModelKind.INTERRUPTION: Label("interruptions", "", "A model that detects interruptions."),
        ModelKind.EOT: Label("end of turn", "", "A model that detects the end of a turn."),
    },
    UploadRefusal: {
        UploadRefusal.NO_TOKEN: Label(
            "no token", "warn", "The request had no token: it may not come from an agent."
        ),
        UploadRefusal.MALFORMED: Label(
            "not a token", "warn", "The Authorization header isn't a JWT."
        ),
        UploadRefusal.UNKNOWN_KEY: Label(
            "unknown API key",
            "bad",
            "Signed with a key that this dashboard doesn't have. Start the agent with the "
            "dashboard's LIVEKIT_API_KEY.",
        ),
        UploadRefusal.WRONG_SIGNATURE: Label(
            "wrong secret",
            "bad",
            "Signed with another secret. The agent and the dashboard need the same secret for the "
            "key.",
        ),
        UploadRefusal.EXPIRED: Label(
            "expired",
            "bad",
            "The token isn't valid now, or never expires. Check the clocks of the agent and the "
            "dashboard.",
        ),
        UploadRefusal.NO_GRANT: Label(
            "no grant", "warn", "The token has no grant to upload: it isn't an agent's."
        ),
        UploadRefusal.SWITCHED_OFF: Label(
            "switched off", "", "An administrator switched uploads of this server off."
        ),
        UploadRefusal.UNREADABLE: Label(
            "unreadable", "bad", "The body was incomplete, or not what its address takes."
        ),
        UploadRefusal.TOO_LARGE: Label("too large", "bad", "The body was larger than accepted."),
        UploadRefusal.NO_JOB: Label(
            "no job", "bad", "Nothing in the upload said to which job it belongs."
        ),
        UploadRefusal.NOT_STORED: Label(
            "not stored",
            "bad",
            "The database or the file storage failed. The agent may have sent it again.",
        ),
    },
}
