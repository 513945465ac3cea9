"""Print how loud a recording is over time: a program of its own, run by `waveforms.py`.

The file is an attacker's, so what decodes it may use little memory and time, opens and writes no
file, and knows nothing of the dashboard: this imports none of it. It reads Ogg from its standard
input, in blocks, and prints JSON:

    {"seconds": 61.5, "channels": [[0, 12, 255, …], …]}

The values of a channel are the peaks of equal parts of the time, of 255.
"""

import json
import os
import sys
from typing import Any

MEMORY = 768 * 1024 * 1024  # bytes of addresses, most of which are never used
CPU = 240  # seconds
MOST = 2000  # values of a channel; there are at least half as many, unless the sound is short
BLOCK = 48_000  # samples of a channel
FIRST = 240  # samples of the first parts: 5 ms
CHANNELS = 2
LOUDEST = 255
UNREADABLE = 3  # exit status: not sound, or damaged


class Peaks:
    """Peaks of equal parts of a sound whose length isn't known before its end."""

    def __init__(self, numpy: Any, channels: int) -> None:
        self._numpy = numpy
        self._part = FIRST
        self._values = numpy.zeros((MOST, channels), "float32")
        self._number = 0
        self._rest = numpy.zeros((0, channels), "float32")

    def add(self, block: Any) -> None:
        """Add what follows: samples by channels."""
        samples = self._numpy.concatenate([self._rest, self._numpy.abs(block)])
        while len(samples) >= self._part:
            room = (MOST - self._number) * self._part
            taken = samples[: min(room, len(samples) // self._part * self._part)]
            samples = samples[len(taken) :]
            peaks = taken.reshape(-1, self._part, taken.shape[1]).max(axis=1)
            self._values[self._number : self._number + len(peaks)] = peaks
            self._number += len(peaks)
            if self._number == MOST:  # two parts become one
                self._number = MOST // 2
                self._part *= 2
                halves = self._values.reshape(self._number, 2, -1).max(axis=1)
                self._values[: self._number] = halves
        self._rest = samples

    def channels(self) -> list[list[int]]:
        """Return the values by channel; the last part may be shorter than the others."""
        values = self._values[: self._number]
        if len(self._rest):
            values = self._numpy.concatenate([values, self._rest.max(axis=0, keepdims=True)])
        bounded = self._numpy.nan_to_num(values).clip(0, 1)
        scaled = (bounded * LOUDEST).round().astype(int)
        return [[int(value) for value in channel] for channel in scaled.T]


def _limit() -> None:
    import resource  # which the dashboard, where it reads the numbers above, may not have

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU, CPU))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)


def _seal() -> None:
    """Open no other file, and start no other program, from here on."""
    import resource

    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def main() -> int:
    """Read the sound, print its peaks, and return the exit status."""
    _limit()
    import numpy
    import soundfile  # type: ignore[import-untyped]

    _seal()
    try:
        with soundfile.SoundFile(0, closefd=False) as sound:
            if sound.channels > CHANNELS or sound.format != "OGG":
                return UNREADABLE
            peaks, frames = Peaks(numpy, sound.channels), 0
            while len(block := sound.read(BLOCK, dtype="float32", always_2d=True)):
                peaks.add(block)
                frames += len(block)
            seconds = frames / sound.samplerate
    except soundfile.LibsndfileError:
        return UNREADABLE
    if not frames:
        return UNREADABLE
    json.dump({"seconds": round(seconds, 3), "channels": peaks.channels()}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
