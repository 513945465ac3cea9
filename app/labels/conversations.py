"""Labels of conversations, and of what came of uploads: refused ones, and the dashboard's own."""

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
    UploadTest,
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
    UploadTest: {
        UploadTest.RECEIVED: Label(
            "received", "ok", "It was signed, sent, verified and stored, and is deleted again."
        ),
        UploadTest.ELSEWHERE: Label(
            "not found here",
            "warn",
            "The answer was 200, but nothing arrived here: the address leads to another dashboard.",
        ),
        UploadTest.SWITCHED_OFF: Label(
            "uploads off", "warn", "The address works, and uploads are switched off."
        ),
        UploadTest.REFUSED: Label(
            "refused",
            "bad",
            "The address rejected the signature: it leads to a dashboard with another key or "
            "secret, or a proxy in front asks for a sign-in.",
        ),
        UploadTest.REDIRECTED: Label(
            "redirected", "bad", "The address redirects. Use the address that it leads to."
        ),
        UploadTest.NOT_FOUND: Label(
            "wrong address",
            "bad",
            "There is nothing at this address. Check the path, and the base path if there is one.",
        ),
        UploadTest.BUSY: Label(
            "not stored", "bad", "The dashboard couldn't write to its database or its storage."
        ),
        UploadTest.TLS: Label("not trusted", "bad", "The certificate wasn't accepted."),
        UploadTest.UNREACHABLE: Label(
            "unreachable", "bad", "No connection to the address could be made."
        ),
        UploadTest.TIMEOUT: Label("no answer", "bad", "The address didn't answer in time."),
        UploadTest.OTHER: Label("odd answer", "bad", "The answer isn't that of this dashboard."),
    },
}
