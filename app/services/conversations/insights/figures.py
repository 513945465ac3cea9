"""Figures of conversations that have their agent, its version, and their models in common."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.services.conversations.usage import COUNTED

GROWTH = 1.05  # from one step of a delay to the next: a percentile is off by 2.5 % at most
MILLISECOND = 1_000  # microseconds, the longest delay of the first step
MOST_NAMES = 100  # tools, models or kinds of one group; the rest is OTHER
OTHER = "other"
TOP = 5  # conversations of each list
SCALARS = (
    "conversations",
    "not_counted",  # conversations of which neither a history nor a trace came
    "errors_not_counted",  # those of them that reported no errors either
    "ended",
    "duration",  # microseconds, of those that have ended
    "turns",
    "interruptions",
    "interrupted",  # conversations
    "tool_calls",
    "tool_failures",
    "errors",
    "with_errors",  # conversations
)
LISTS = ("slowest", "failed", "interrupted")
Model = tuple[str, str, str]  # kind, provider, model
Top = tuple[int, str]  # what a list is sorted by, and the job


@dataclass(slots=True)
class Figures:
    """Sums of some conversations; `delays` counts delays in microseconds by stage.

    `tools` has the calls and failures of each tool, `usage` the columns of COUNTED for each model.
    `lists` has the conversations with the largest values.
    """

    numbers: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)
    failed_calls: Counter[str] = field(default_factory=Counter)
    usage: dict[Model, list[int]] = field(default_factory=dict)
    delays: dict[str, Counter[int]] = field(default_factory=dict)
    lists: dict[str, list[Top]] = field(default_factory=dict)

    def add(self, other: "Figures", stages: Collection[str] | None = None) -> None:
        """Add the figures of other conversations, of all delays or those of some stages."""
        for mine, theirs in (
            (self.numbers, other.numbers),
            (self.outcomes, other.outcomes),
            (self.failures, other.failures),
            (self.calls, other.calls),
            (self.failed_calls, other.failed_calls),
        ):
            mine.update(theirs)
        for model, counted in other.usage.items():
            self.use(model, counted)
        for stage, delays in other.delays.items():
            if stages is None or stage in stages:
                sums = self.delays.setdefault(stage, Counter())
                for delay, times in delays.items():  # faster than Counter.update
                    sums[delay] = sums.get(delay, 0) + times
        for name, tops in other.lists.items():
            self.top(name, tops)

    def use(self, model: Model, counted: Iterable[int]) -> None:
        """Add what a model was used for."""
        known = self.usage.get(model)
        self.usage[model] = (
            list(counted) if known is None else [a + b for a, b in zip(known, counted, strict=True)]
        )

    def top(self, name: str, tops: Iterable[Top]) -> None:
        """Add conversations to a list, which has only the first ones."""
        self.lists[name] = sorted({*self.lists.get(name, ()), *tops}, reverse=True)[:TOP]

    def delay(self, stage: str, microseconds: int) -> None:
        """Count a delay."""
        self.delays.setdefault(stage, Counter())[microseconds] += 1

    def stored(self) -> dict[str, Any]:
        """Return the figures as JSON has them: delays by step, rare names together."""
        usage = sorted(self.usage.items(), key=lambda item: (-sum(item[1]), item[0]))
        rest = [counted for _, counted in usage[MOST_NAMES:]]
        rows = [[*model, *counted] for model, counted in usage[:MOST_NAMES]]
        if rest:
            rows.append(["", "", OTHER, *(sum(column) for column in zip(*rest, strict=True))])
        named = {name for name, _ in self.calls.most_common(MOST_NAMES)}
        return {
            "numbers": dict(self.numbers),
            "outcomes": dict(self.outcomes),
            "failures": _named(
                self.failures, {n for n, _ in self.failures.most_common(MOST_NAMES)}
            ),
            "calls": _named(self.calls, named),
            "failed_calls": _named(self.failed_calls, named),
            "usage": rows,
            "delays": {stage: _steps(delays) for stage, delays in self.delays.items()},
            "lists": self.lists,
        }


def _named(counts: Counter[str], named: Iterable[str]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for name, number in counts.items():
        found[name if name in named else OTHER] += number
    return dict(found)


def of_stored(found: Mapping[str, Any]) -> Figures:
    """Return figures that were stored; each delay is the middle of its step."""
    figures = Figures(
        Counter(found["numbers"]),
        Counter(found["outcomes"]),
        Counter(found["failures"]),
        Counter(found["calls"]),
        Counter(found["failed_calls"]),
    )
    for kind, provider, model, *counted in found["usage"]:
        if len(counted) == len(COUNTED):
            figures.use((kind, provider, model), counted)
    for stage, steps in found["delays"].items():
        middles = map(_middle, steps[::2])
        figures.delays[stage] = Counter(dict(zip(middles, steps[1::2], strict=True)))
    for name, tops in found["lists"].items():
        figures.lists[name] = [(value, job) for value, job in tops]
    return figures


def _steps(delays: Mapping[int, int]) -> list[int]:
    """Return each step and how many delays are in it, one after another."""
    steps: Counter[int] = Counter()
    for delay, times in delays.items():
        steps[step_of(delay)] += times
    return [number for pair in sorted(steps.items()) for number in pair]


def step_of(microseconds: int) -> int:
    """Return the number of the step of delays, each GROWTH times as long as the one before."""
    step: int = math.ceil(math.log(max(1, microseconds) / MILLISECOND, GROWTH))
    return max(0, step)


MIDDLES: list[int] = [round(MILLISECOND * GROWTH ** (step - 0.5)) for step in range(512)]


def _middle(step: int) -> int:
    return MIDDLES[min(step, len(MIDDLES) - 1)]


def shortest(microseconds: int) -> int:
    """Return the lower bound of the step that a delay is in: no delay in it is shorter."""
    step = step_of(microseconds)
    return int(MILLISECOND * GROWTH ** (step - 1)) if step else 0


def percentile(delays: Mapping[int, int], share: float) -> int | None:
    """Return the delay that this share of all doesn't exceed, in microseconds; None without any."""
    wanted = share * sum(delays.values())
    passed = 0
    for delay in sorted(delays):
        passed += delays[delay]
        if passed >= wanted:
            return delay
    return None
