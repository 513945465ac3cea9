"""Conversations for the tests of their pages, as agents upload them."""

import re
from html import unescape
from typing import Any

from tests.support.uploads import Spoken
from tests.support.visitor import Seen

HOSTILE = '<script>alert(1)</script> "x" \u202e\x07 ' + "long" * 60


def heard(spoken: Spoken, item: str, said: str, after: float) -> dict[str, Any]:
    """Return what the caller said: from `after` on, for a second."""
    metrics = {
        "started_speaking_at": spoken.began + after,
        "stopped_speaking_at": spoken.began + after + 1,
        "transcription_delay": 0.32,
        "end_of_turn_delay": 0.35,
        "on_user_turn_completed_delay": 0.0001,
    }
    return spoken.message(item, "user", said, after + 1.3, metrics=metrics)


def answered(
    spoken: Spoken, item: str, said: str, after: float, response: float = 0.6, **more: Any
) -> dict[str, Any]:
    """Return what the agent answered: from `after` on, for two seconds."""
    metrics = {
        "started_speaking_at": spoken.began + after,
        "stopped_speaking_at": spoken.began + after + 2,
        "llm_node_ttft": 0.15 if response < 2 else response - 0.6,
        "tts_node_ttfb": 0.08,
        "playback_latency": 0.0001,
        "e2e_latency": response,
    }
    return spoken.message(item, "assistant", said, after - 0.2, metrics=metrics, **more)


def call(
    spoken: Spoken,
    item: str,
    name: str,
    arguments: str,
    output: str | None,
    after: float,
    **result: Any,
) -> list[dict[str, Any]]:
    """Return a tool call, and after half a second its result, unless that is None."""
    own = {"call_id": f"call-{item}", "name": name}
    called = {"id": f"{item}/fnc_0", "type": "function_call", "arguments": arguments} | own
    items = [called | {"created_at": spoken.began + after}]
    if output is not None:
        returned = {"id": f"{item}_out", "type": "function_call_output", "output": output} | own
        items.append(returned | {"created_at": spoken.began + after + 0.5, "is_error": False})
        items[-1] |= result
    return items


def booking(spoken: Spoken) -> list[dict[str, Any]]:
    """Return a conversation with everything that a transcript can have."""
    began = spoken.began
    hello = spoken.message("i3", "assistant", "Harbor Clinic, how can I help?", 0.4)
    hello["metrics"] = {"started_speaking_at": began + 0.5, "tts_node_ttfb": 0.08}
    return [
        {
            "id": "i1",
            "type": "agent_handoff",
            "new_agent_id": "reception",
            "created_at": began + 0.1,
        },
        {
            "id": "i2",
            "type": "agent_config_update",
            "instructions": "You help patients, briefly and politely.",
            "tools_added": ["find_visit", "move_visit"],
            "created_at": began + 0.2,
        },
        hello,
        heard(spoken, "i4", "I need to move my visit on Thursday.", 4.1),
        *call(spoken, "i5", "find_visit", '{"day": "Thursday"}', '{"visit": "v_17"}', 5.4),
        answered(spoken, "i6", "You are booked at 10:30. Which day is better?", 7, 0.9),
        heard(spoken, "i7", "Do you have Friday?", 10),
        answered(spoken, "i8", "On Friday I have nine, eleven, and", 11.7, 0.62, interrupted=True),
        heard(spoken, "i9", "Eleven is fine.", 13.2),
        *call(
            spoken,
            "i10",
            "move_visit",
            '{"visit": "v_17", "to": "Friday 11:00"}',
            "the slot was taken",
            14.6,
            is_error=True,
        ),
        answered(spoken, "i11", "That one was just taken. Is nine good for you?", 18, 3.4),
        heard(spoken, "i12", "Yes, thank you.", 21),
        {
            "id": "i13",
            "type": "agent_handoff",
            "old_agent_id": "reception",
            "new_agent_id": "billing",
            "created_at": began + 22.5,
        },
        answered(spoken, "i14", "This is billing. You are all set.", 23),
    ]


def long_talk(spoken: Spoken, turns: int) -> list[dict[str, Any]]:
    """Return a conversation with so many turns, each with a tool call."""
    items: list[dict[str, Any]] = []
    for turn in range(turns):
        after = turn * 6.0
        items.append(heard(spoken, f"u{turn}", f"Question number {turn}, please.", after))
        items += call(spoken, f"t{turn}", "look_up", f'{{"n": {turn}}}', "found", after + 1.5)
        items.append(answered(spoken, f"a{turn}", f"Answer {turn}.", after + 2.2))
    return items


def report(seconds: float = 61.5) -> dict[str, Any]:
    """Return the parts of a session's report that pages show."""
    return {
        "tags": ["reschedule", "en-US", "lk.success"],
        "errors": {"llm": 1, "tts": 0},
        "options": {"allow_interruptions": True, "max_tool_steps": 3},
        "duration_ms": round(seconds * 1000),
        "close_reason": "CR_PARTICIPANT_DISCONNECTED",
        "usage": [
            {
                "type": "llm_usage",
                "provider": "local",
                "model": "script-1",
                "input_tokens": 9120,
                "input_cached_tokens": 400,
                "output_tokens": 640,
            },
            {"type": "stt_usage", "provider": "local", "model": "pitch-1", "audio_duration": 61.2},
            {
                "type": "tts_usage",
                "provider": "local",
                "model": "tone-1",
                "characters_count": 912,
                "audio_duration": 20.5,
            },
        ],
    }


def lines_of(seen: Seen) -> list[tuple[str, str]]:
    """Return the lines of a transcript: whose they are, and their text."""
    found = re.findall(r'<li id="item-\d+" class="(\w+)"[^>]*>(.*?)\n</li>', seen.html, re.DOTALL)
    return [
        (who, " ".join(unescape(re.sub(r"<[^>]*>", " ", inner)).split())) for who, inner in found
    ]
