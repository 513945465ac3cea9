"""The waterfall: which part of a conversation's time is drawn, and where its spans are in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.services.conversations.spans.skeleton import TracedSpan
from app.services.history.drawing.scale import Scale, Window
from app.services.history.lists.walking import EPOCH
from app.text.formatters import duration

SHORTEST = timedelta(milliseconds=100)
LEAST = 0.15  # percent of the width: shorter spans are drawn as wide
MARGIN = 22.0  # percent of the width that a written duration takes
NEAR = 0.05  # of a span's length, which is drawn before and behind it
LENGTHS = tuple(timedelta(seconds=seconds) for seconds in (600, 60, 10))
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar of a span in percent of the width, and where its duration is written."""

    x: float
    width: float
    text_x: float
    side: Literal["before", "inside", "after"]


def trace_scale(whole: Window, start: int | None, end: int | None) -> Scale:
    """Return what to draw: `start` and `end` are in milliseconds since 1970, or all of it."""
    since = max(_moment(start), whole.since) if start is not None else whole.since
    until = min(_moment(end), whole.until) if end is not None else whole.until
    if until - since < SHORTEST:
        return Scale(whole, whole, SHORTEST)
    return Scale(whole, Window(since, until), SHORTEST)


def lengths(scale: Scale) -> list[tuple[timedelta, Window]]:
    """Return parts to zoom to, with their lengths: those shorter than the conversation."""
    return [(each, scale.around(each)) for each in LENGTHS if each < scale.whole.length]


def near(span: TracedSpan, scale: Scale) -> Window:
    """Return the part of the time to see a span in, with a little before and behind it."""
    until = min(span.ended_at, scale.whole.until)
    room = max((until - span.started_at) * NEAR, SHORTEST / 2)
    return Window(
        max(span.started_at - room, scale.whole.since), min(until + room, scale.whole.until)
    )


def bar(scale: Scale, span: TracedSpan) -> Bar | None:
    """Return the bar of a span; None if it is outside of what is drawn."""
    left = scale.x(span.started_at)
    right = scale.x(min(span.ended_at, scale.whole.until + scale.whole.length))
    if right < 0 or left > 100:
        return None
    x = min(max(left, 0.0), 100 - LEAST)
    width = round(max(min(right, 100.0) - x, LEAST), 3)
    end = round(x + width, 3)
    if end <= 100 - MARGIN:
        return Bar(x, width, end, "after")
    return Bar(x, width, x, "inside" if width >= MARGIN else "before")


def digits(scale: Scale) -> int:
    """Return how many digits behind the second tell moments of the drawn part apart."""
    length = scale.window.length
    return 0 if length > timedelta(minutes=1) else 1 if length > timedelta(seconds=10) else 2


def clock(after: timedelta, digits: int = 0) -> str:
    """Return a time since the beginning: `1:03`, or with digits behind the second `0:03.25`."""
    parts = 10**digits
    whole = abs(after) // (SECOND / parts)
    sign = "\u2212" if after < timedelta() and whole else ""
    seconds, rest = divmod(whole, parts)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    above = f"{hours}:{minutes:02}" if hours else str(minutes)
    return f"{sign}{above}:{seconds:02}" + (f".{rest:0{digits}}" if digits else "")


def took(length: timedelta) -> str:
    """Return how long something took, to two digits: `0.4 ms`, `39 ms`, `0.39 s`, `2.2 s`."""
    seconds = length / SECOND
    if seconds >= 100:
        return duration(length)
    if seconds >= 1:
        return f"{seconds:.1f} s"
    if seconds >= 0.1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.01 else f"{seconds * 1000:.1f} ms"


def _moment(number: int) -> datetime:
    return EPOCH + timedelta(milliseconds=number)
