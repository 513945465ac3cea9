"""Counts what happened in each step of a time: pure, from rows of history."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.services.history.states import AGENT, NOT_PEOPLE
from app.services.usage.measures import GROWTH, LARGEST, SEPARATOR, Measure

SECOND = 1_000_000  # microseconds
HOUR = 3600 * SECOND
LONGEST_LABEL = 128
MOST_REASONS = 20  # different texts of errors in one step; the rest is OTHER
OTHER = "other"

Key = tuple[int, Measure, str]  # the start of a step, in microseconds since 1970


class Session(NamedTuple):
    """A session, in microseconds since 1970; `ended` is None while it is open."""

    started: int
    ended: int | None


class Connection(NamedTuple):
    """A participant's connection; `left` is None while it lasts."""

    kind: str
    joined: int
    left: int | None
    aborted: bool
    reason: str


class Run(NamedTuple):
    """An egress job, or a stream into an ingress."""

    type: str
    started: int
    ended: int | None
    status: str
    error: str
    failed: bool


class Call(NamedTuple):
    """A call that has ended."""

    direction: str
    result: str
    ended: int


@dataclass(slots=True)
class Facts:
    """All that overlaps a time."""

    sessions: list[Session] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)
    egress: list[Run] = field(default_factory=list)
    ingress: list[Run] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a time from `since` to `until`, in microseconds since 1970.

    Nothing is counted after `now`, which open sessions last until.
    """

    since: int
    until: int
    now: int
    step: int = HOUR

    def of(self, moment: int) -> int | None:
        """Return the start of the step that a moment is in; None outside of the time."""
        if not self.since <= moment < self.until:
            return None
        return moment - (moment - self.since) % self.step

    def overlapped(self, began: int, ended: int | None) -> Iterator[tuple[int, int]]:
        """Yield the start of each step that an interval overlaps, and for how long."""
        last = min(self.now if ended is None else ended, self.until)
        position = max(began, self.since)
        while position < last:
            start = position - (position - self.since) % self.step
            upto = min(last, start + self.step)
            yield start, upto - position
            position = upto


def counted(facts: Facts, steps: Steps) -> Counter[Key]:
    """Return each figure that isn't zero, by step, measure and label."""
    figures: Counter[Key] = Counter()
    for count in (_sessions, _connections, _peaks, _egress, _ingress, _calls):
        count(facts, steps, figures)
    return figures


def _add(figures: Counter[Key], step: int | None, measure: Measure, *label: str) -> None:
    if step is not None:
        figures[step, measure, _label(*label)] += 1


def _label(*parts: str) -> str:
    return SEPARATOR.join(part.replace(SEPARATOR, "-") for part in parts)[:LONGEST_LABEL]


def _sessions(facts: Facts, steps: Steps, figures: Counter[Key]) -> None:
    for session in facts.sessions:
        _add(figures, steps.of(session.started), Measure.SESSIONS)
        step = steps.of(session.ended) if session.ended is not None else None
        if step is None or session.ended is None:
            continue
        lasted = session.ended - session.started
        _add(figures, step, Measure.DURATION, str(duration_step(lasted)))
        longest = (step, Measure.LONGEST, "")
        figures[longest] = max(figures[longest], lasted)


def duration_step(microseconds: int) -> int:
    """Return the number of the step of durations, each GROWTH times as long as the one before."""
    return max(0, math.ceil(math.log(max(1.0, microseconds / SECOND), GROWTH)))


def step_duration(step: int) -> float:
    """Return the seconds in the middle of a step of durations."""
    return float(GROWTH ** (step - 0.5)) if step else 1.0


def _connections(facts: Facts, steps: Steps, figures: Counter[Key]) -> None:
    for each in facts.connections:
        joined = steps.of(each.joined)
        if each.aborted:
            _add(figures, joined, Measure.FAILED_JOINS, each.kind)
            continue
        _add(figures, joined, Measure.JOINS, each.kind)
        if each.kind == AGENT:
            _add(figures, joined, Measure.AGENT_SESSIONS)
        for step, lasted in steps.overlapped(each.joined, each.left):
            figures[step, Measure.PARTICIPATION, each.kind] += lasted
        if each.left is not None:
            _add(figures, steps.of(each.left), Measure.LEFT, each.kind, each.reason)


def _peaks(facts: Facts, steps: Steps, figures: Counter[Key]) -> None:
    """Find the most people at one moment of each step; who leaves makes room before who joins."""
    people = [e for e in facts.connections if not e.aborted and e.kind not in NOT_PEOPLE]
    for step, number in _most_at_once(people, steps):
        key = (step, Measure.PEAK, "")
        figures[key] = max(figures[key], number)


def _most_at_once(people: Iterable[Connection], steps: Steps) -> Iterator[tuple[int, int]]:
    moments: list[tuple[int, int]] = []
    for each in people:
        joined = max(each.joined, steps.since)
        left = steps.until if each.left is None else min(each.left, steps.until)
        if joined < left:
            moments += [(joined, 1), (left, -1)]
    moments.sort()  # at one moment, who leaves comes first
    present = position = 0
    for start in range(steps.since, min(steps.until, steps.now + 1), steps.step):
        position, present = _moved(moments, position, present, start + 1)
        most = present
        while position < len(moments) and moments[position][0] < start + steps.step:
            present += moments[position][1]
            most = max(most, present)
            position += 1
        if most:
            yield start, most


def _moved(
    moments: Sequence[tuple[int, int]], position: int, present: int, before: int
) -> tuple[int, int]:
    """Return the position of the first change that isn't before a moment, and who is there then."""
    while position < len(moments) and moments[position][0] < before:
        present += moments[position][1]
        position += 1
    return position, present


def _egress(facts: Facts, steps: Steps, figures: Counter[Key]) -> None:
    for job in facts.egress:
        for step, lasted in steps.overlapped(job.started, job.ended):
            figures[step, Measure.EGRESS, _label(job.type)] += lasted
        if job.ended is not None:
            _add(figures, steps.of(job.ended), Measure.EGRESS_ENDED, job.status)
    _failures(facts.egress, steps, figures, Measure.EGRESS_FAILED)


def _ingress(facts: Facts, steps: Steps, figures: Counter[Key]) -> None:
    for run in facts.ingress:
        for step, lasted in steps.overlapped(run.started, run.ended):
            figures[step, Measure.INGRESS, _label(run.type)] += lasted
    _failures(facts.ingress, steps, figures, Measure.INGRESS_FAILED)


def _failures(runs: Iterable[Run], steps: Steps, figures: Counter[Key], measure: Measure) -> None:
    """Count failures by their text, which may be any: the rarest are together."""
    failed = [r for r in runs if r.failed and r.ended is not None]
    texts = Counter(_label(run.error) for run in failed)
    named = {text for text, _ in texts.most_common(MOST_REASONS)}
    for run in failed:
        text = _label(run.error)
        _add(figures, steps.of(run.ended or 0), measure, text if text in named else OTHER)


def _calls(facts: Facts, steps: Steps, figures: Counter[Key]) -> None:
    for call in facts.calls:
        _add(figures, steps.of(call.ended), Measure.CALLS, call.direction, call.result)


def total(measure: Measure, values: Iterable[int]) -> int:
    """Return the figure of several steps together."""
    return max(values, default=0) if measure in LARGEST else sum(values)
