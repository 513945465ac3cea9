"""Response times and their stages: percentiles of a conversation, and the bar of one response.

livekit-agents measures the delays of one response on two messages: end of turn and transcription
on what the caller said, the others on the agent's answer. Transcription is a part of end of turn.
The stages need not add up: the LLM may begin before the turn has ended, and a tool call between
two of its steps is in no stage.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from app.services.conversations.page.conversation import MICROSECOND
from app.services.conversations.writing.summaries import percentile

SLOW = timedelta(seconds=2)  # a response that takes longer is marked
THINNEST = 0.2  # percent, so that a short stage can be seen


class Stage(StrEnum):
    """The stages of a response, in their order; the names are those of the columns."""

    END_OF_TURN = "end_of_turn"
    TRANSCRIPTION = "transcription"
    HOOK = "hook"
    LLM = "llm_first_token"
    TTS = "tts_first_byte"
    PLAYBACK = "playback"


WORDS = {
    Stage.END_OF_TURN: "End of turn",
    Stage.TRANSCRIPTION: "Transcription",
    Stage.HOOK: "Turn hook",
    Stage.LLM: "LLM first token",
    Stage.TTS: "TTS first byte",
    Stage.PLAYBACK: "Playback",
}
COLORS = {
    Stage.END_OF_TURN: "c2",
    Stage.TRANSCRIPTION: "c5",
    Stage.HOOK: "c3",
    Stage.LLM: "c1",
    Stage.TTS: "c4",
    Stage.PLAYBACK: "c0",
}
HEARD = (Stage.END_OF_TURN, Stage.TRANSCRIPTION, Stage.HOOK)  # measured on the caller's message
SHORT = timedelta(milliseconds=5)  # a stage that is usually nothing is named only if it is longer
RARE = (Stage.HOOK, Stage.PLAYBACK)

Delays = dict[Stage, timedelta]


@dataclass(frozen=True, slots=True)
class Measured:
    """Percentiles of one stage; `p50_x` and `p95_x` are percent of the scale of all stages."""

    stage: Stage
    label: str
    color: str
    p50: timedelta
    p95: timedelta
    times: int
    p50_x: float
    p95_x: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar, in percent; `color` is empty for time that no stage explains."""

    color: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Named:
    """A stage of one response in words; `longest` if it is the longest of a slow one."""

    label: str
    took: timedelta
    longest: bool


def measured(delays: dict[Stage, list[int]]) -> list[Measured]:
    """Return percentiles of the stages that were measured, from microseconds of each."""
    found = [(stage, sorted(delays[stage])) for stage in Stage if delays.get(stage)]
    ends = [
        (stage, percentile(ordered, 0.5) or 0, percentile(ordered, 0.95) or 0, len(ordered))
        for stage, ordered in found
    ]
    most = max((p95 for _, _, p95, _ in ends), default=0) or 1
    return [
        Measured(
            stage,
            WORDS[stage],
            COLORS[stage],
            p50 * MICROSECOND,
            p95 * MICROSECOND,
            times,
            _percent(p50, most),
            _percent(p95, most),
        )
        for stage, p50, p95, times in ends
        if stage not in RARE or p95 * MICROSECOND >= SHORT
    ]


def named(delays: Delays, slow: bool) -> list[Named]:
    """Return the stages of a response in words, as they were measured."""
    shown = [
        (stage, delays[stage])
        for stage in Stage
        if stage in delays and (stage not in RARE or delays[stage] >= SHORT)
    ]
    longest = max((took for _, took in shown), default=None) if slow else None
    return [Named(WORDS[stage], took, took == longest) for stage, took in shown]


def bar(response: timedelta, delays: Delays, scale: timedelta) -> Sequence[Piece]:
    """Return the bar of a response on a scale: end of turn first, then what ends with the sound.

    What lies between is hatched. Stages that overlap are cut where they meet.
    """
    if scale <= timedelta():
        return ()
    heard = min(delays.get(Stage.END_OF_TURN, timedelta()), response)
    pieces = [(COLORS[Stage.END_OF_TURN], timedelta(), heard)]
    if transcription := min(delays.get(Stage.TRANSCRIPTION, timedelta()), heard):
        pieces = [
            (COLORS[Stage.TRANSCRIPTION], timedelta(), transcription),
            (COLORS[Stage.END_OF_TURN], transcription, heard),
        ]
    end, last = response, []
    for stage in (Stage.PLAYBACK, Stage.TTS, Stage.LLM, Stage.HOOK):
        start = max(end - delays.get(stage, timedelta()), heard)
        last.append((COLORS[stage], start, end))
        end = start
    pieces += [("", heard, end), *reversed(last)]
    return [
        Piece(color, _percent(start, scale), max(_percent(until - start, scale), THINNEST))
        for color, start, until in pieces
        if until - start >= SHORT
    ]


def scale_of(responses: Iterable[timedelta]) -> timedelta:
    """Return the scale that has room for all bars of a page."""
    return max(responses, default=timedelta())


def _percent(part: Any, whole: Any) -> float:
    return round(100 * float(part / whole), 2)
