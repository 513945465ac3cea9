"""Waveforms: how loud the channels of a recording are over time, as drawn in its player."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.services.conversations.recordings.peaks import CHANNELS, LOUDEST, MOST

BARS = 280  # of a channel, as drawn
WIDTH = 1000  # of a drawing, in units of its own
HEIGHT = 40
LARGEST = 64 * 1024  # bytes, as stored


@dataclass(frozen=True, slots=True)
class Waveform:
    """Peaks by channel, of 255: first what the agent heard, then what it said."""

    length: timedelta
    channels: tuple[tuple[int, ...], ...]

    @property
    def seconds(self) -> float:
        """The length of the sound in seconds."""
        return self.length.total_seconds()

    @property
    def paths(self) -> tuple[str, ...]:
        """Return each channel as the path of an SVG, the loudest peak as high as it is."""
        loudest = max((max(channel) for channel in self.channels), default=0) or 1
        return tuple(_path(channel, loudest) for channel in self.channels)

    def stored(self) -> str:
        """Return it as it is stored."""
        seconds = round(self.seconds, 3)
        return json.dumps({"seconds": seconds, "channels": self.channels}, separators=(",", ":"))


def failure(reason: str) -> str:
    """Return what is stored of a waveform that can't be drawn, so that it isn't tried again."""
    return json.dumps({"error": reason})


def waveform_of(stored: str) -> Waveform | str | None:
    """Return a stored waveform, or why it can't be drawn; None if it isn't drawn yet."""
    if not stored:
        return None
    try:
        return read(stored)
    except ValueError:
        found = json.loads(stored)
        return str(found["error"])


def read(text: str | bytes) -> Waveform:
    """Return the waveform that a text describes. Raises ValueError if it describes none."""
    try:
        found: Any = json.loads(text) if len(text) <= LARGEST else None
    except RecursionError:
        found = None
    match found:
        case {"seconds": int() | float() as seconds, "channels": list() as channels}:
            read_channels = tuple(map(_channel, channels))
            if 0 < seconds < timedelta.max.total_seconds() and 0 < len(channels) <= CHANNELS:
                return Waveform(timedelta(seconds=seconds), read_channels)
    raise ValueError("not a waveform")


def _channel(found: Any) -> tuple[int, ...]:
    if not isinstance(found, list) or not 0 < len(found) <= MOST:
        raise ValueError("not a channel")
    if not all(type(value) is int and 0 <= value <= LOUDEST for value in found):
        raise ValueError("not peaks")
    return tuple(found)


def _path(channel: tuple[int, ...], loudest: int) -> str:
    bars = min(BARS, len(channel))
    edges = [len(channel) * number // bars for number in range(bars + 1)]
    middle = HEIGHT / 2
    drawn = []
    for number in range(bars):
        peak = max(channel[edges[number] : edges[number + 1]])
        half = max(peak / loudest * (middle - 1), 0.3)
        x = (number + 0.5) * WIDTH / bars
        drawn.append(f"M{x:.0f} {middle - half:.1f}v{2 * half:.1f}")
    return "".join(drawn)
