"""What the names of livekit-agents' spans mean (livekit-agents, telemetry/trace_types.py)."""

from enum import StrEnum


class SpanKind(StrEnum):
    """What a span is a part of: who speaks, or what works for it."""

    CALLER = "caller"
    AGENT = "agent"
    LLM = "llm"
    TTS = "tts"
    TOOL = "tool"
    STALL = "stall"
    OTHER = "other"


STALL = "event_loop_blocked"
# They last as long as the job does, so what is below them is listed beside them.
CONTAINERS = frozenset({"job_entrypoint", "agent_session"})
TURNS = frozenset({"user_turn", "agent_turn"})
# They last as long as somebody speaks or is waited for, which says nothing of how fast it is.
WAITING = CONTAINERS | TURNS | {"user_speaking", "agent_speaking", "session_close", "job_shutdown"}
WAITING |= {"wait_for_participant", "wait_for_audio_track"}

NAMES = {
    STALL: SpanKind.STALL,
    "agent_session": SpanKind.AGENT,
    "agent_speaking": SpanKind.AGENT,
    "agent_turn": SpanKind.AGENT,
    "eou_detection": SpanKind.CALLER,
    "eou_wait": SpanKind.CALLER,
    "on_user_turn_completed": SpanKind.CALLER,
    "user_speaking": SpanKind.CALLER,
    "user_turn": SpanKind.CALLER,
    "function_tool": SpanKind.TOOL,
}
BEGINNINGS = {
    "llm_": SpanKind.LLM,
    "realtime_": SpanKind.LLM,
    "stt_": SpanKind.CALLER,
    "tts_": SpanKind.TTS,
}


def kind_of(name: str) -> SpanKind:
    """Return what a span is a part of, by its name."""
    if known := NAMES.get(name):
        return known
    begun = (kind for start, kind in BEGINNINGS.items() if name.startswith(start))
    return next(begun, SpanKind.OTHER)
