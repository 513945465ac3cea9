"""Recordings for tests: real Ogg Opus in stereo, whose loudness is known."""

import io
from functools import cache

import numpy
import soundfile  # type: ignore[import-untyped]

RATE = 48_000
LOUD = 0.5


@cache
def recording(seconds: int) -> bytes:
    """Return a sound: the caller is heard in even seconds, the agent, half as loud, in odd ones."""
    time = numpy.arange(RATE) / RATE
    tone = LOUD * numpy.sin(2 * numpy.pi * 440 * time)
    silence = numpy.zeros(RATE)
    caller, agent = numpy.stack([tone, silence], 1), numpy.stack([silence, tone / 2], 1)
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", RATE, 2, format="OGG", subtype="OPUS") as sound:
        for second in range(seconds):
            sound.write(agent if second % 2 else caller)
    return file.getvalue()
