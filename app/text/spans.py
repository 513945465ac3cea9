"""Spans of time as a player and a stopwatch show them."""

from datetime import timedelta

from app.text.formatters import duration

MINUTE = timedelta(minutes=1)


def offset(span: timedelta) -> str:
    """Return how far something is from a beginning: `0:06`, `1:02:03`."""
    seconds = max(int(span.total_seconds()), 0)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def precise(span: timedelta) -> str:
    """Return a short span in three digits or less: `0.42 s`, `14.3 s`; others as `duration`."""
    if span >= MINUTE:
        return duration(span)
    seconds = span.total_seconds()
    return f"{seconds:.1f} s" if seconds >= 9.995 else f"{seconds:.2f} s"
