"""How long sessions lasted: percentiles, estimated from the steps that were counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from app.services.usage.counting import step_duration
from app.services.usage.measures import Measure
from app.services.usage.reading import Usage

PERCENTS = (50, 75, 95, 99)


@dataclass(frozen=True, slots=True)
class Durations:
    """Percentiles of the sessions that ended, and those of the period before, if known.

    Each is in the middle of its step, so it is off by 2.5 % at most; `longest` is exact.
    """

    sessions: int
    percentiles: Mapping[int, timedelta]
    before: Mapping[int, timedelta]
    longest: timedelta
    longest_before: timedelta | None


def durations(usage: Usage) -> Durations | None:
    """Return how long the sessions lasted that ended in a period; None if none did."""
    steps = {int(n): usage.sum(Measure.DURATION, n) for n in usage.labels(Measure.DURATION)}
    sessions = sum(steps.values())
    if not sessions:
        return None
    earlier = {
        int(label): number
        for (measure, label), number in (usage.before or {}).items()
        if measure is Measure.DURATION
    }
    longest_before = usage.earlier(Measure.LONGEST)
    return Durations(
        sessions,
        _percentiles(steps),
        _percentiles(earlier) if earlier else {},
        timedelta(microseconds=usage.sum(Measure.LONGEST)),
        timedelta(microseconds=longest_before) if longest_before else None,
    )


def _percentiles(steps: Mapping[int, int]) -> dict[int, timedelta]:
    """Return the duration that so many percent of the sessions don't exceed."""
    sessions = sum(steps.values())
    found: dict[int, timedelta] = {}
    passed = 0
    waiting = list(PERCENTS)
    for step in sorted(steps):
        passed += steps[step]
        while waiting and passed >= sessions * waiting[0] / 100:
            found[waiting.pop(0)] = timedelta(seconds=step_duration(step))
    return found
