"""The kinds and states of conversations, as livekit-agents and OpenTelemetry name them."""

from enum import IntEnum, StrEnum


class Batch(StrEnum):
    """The kinds of uploads: three signals of OpenTelemetry, and the history of a session."""

    TRACES = "traces"
    LOGS = "logs"
    METRICS = "metrics"
    CHAT = "chat"


class ItemOrigin(StrEnum):
    """Where an item of a conversation was read: in the agent's history, or only in its trace."""

    CHAT = "chat"
    TRACE = "trace"


class ItemKind(StrEnum):
    """The kinds of items (livekit-agents, ChatItem)."""

    MESSAGE = "message"
    FUNCTION_CALL = "function_call"
    FUNCTION_CALL_OUTPUT = "function_call_output"
    AGENT_HANDOFF = "agent_handoff"
    AGENT_CONFIG_UPDATE = "agent_config_update"


class ChatRole(StrEnum):
    """Who says a message (livekit-agents, ChatRole)."""

    USER = "user"
    ASSISTANT = "assistant"
    SYSTEM = "system"
    DEVELOPER = "developer"


class Outcome(StrEnum):
    """How the agent judged the conversation (livekit-agents, Tagger)."""

    SUCCESS = "success"
    FAIL = "fail"


class CloseReason(StrEnum):
    """Why a session ended (livekit-agents, CloseReason)."""

    ERROR = "error"
    JOB_SHUTDOWN = "job_shutdown"
    PARTICIPANT_DISCONNECTED = "participant_disconnected"
    USER_INITIATED = "user_initiated"
    TASK_COMPLETED = "task_completed"


class ModelKind(StrEnum):
    """What a model is used for (livekit-agents, ModelUsage: without `_usage`)."""

    LLM = "llm"
    STT = "stt"
    TTS = "tts"
    INTERRUPTION = "interruption"
    EOT = "eot"


class Severity(IntEnum):
    """The lowest number of each level of a log (OpenTelemetry, SeverityNumber)."""

    UNSPECIFIED = 0
    TRACE = 1
    DEBUG = 5
    INFO = 9
    WARN = 13
    ERROR = 17
    FATAL = 21


class UploadRefusal(StrEnum):
    """Why an upload was not accepted."""

    NO_TOKEN = "no_token"  # noqa: S105
    MALFORMED = "malformed_token"
    UNKNOWN_KEY = "unknown_key"
    WRONG_SIGNATURE = "wrong_signature"
    EXPIRED = "expired"
    NO_GRANT = "no_grant"
    SWITCHED_OFF = "switched_off"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    NO_JOB = "no_job"
    NOT_STORED = "not_stored"


class UploadTest(StrEnum):
    """What came of an upload that the dashboard sent to itself."""

    RECEIVED = "received"
    ELSEWHERE = "elsewhere"
    SWITCHED_OFF = "switched_off"
    REFUSED = "refused"
    REDIRECTED = "redirected"
    NOT_FOUND = "not_found"
    BUSY = "busy"
    TLS = "tls"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    OTHER = "other"
