"""The results of a soak as tables, and the targets it missed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from benchmarks import report
from benchmarks.pollers import NO_ANSWER, REFRESH, Answer
from benchmarks.report import Cell, Row

REFRESHES = 2  # within which every browser must recover
SLACK = 1.0  # seconds for the response to the second of them
EXPECTED = frozenset({502, 503, 504})
# allowed growth from after the first outage, when the load is highest, to the end
MORE_MB = 4.0
MORE_DESCRIPTORS = 40  # LiveKit takes 3 s to report that a room's node is gone, one connection each
MORE_TASKS = 5
# allowed growth from the start until all browsers are closed
LEFT_OVER = 5
CALM = "calm"


@dataclass(frozen=True, slots=True)
class Moment:
    """The dashboard's /metrics at one moment; memory in bytes."""

    name: str
    resident: int
    descriptors: int
    tasks: int


@dataclass(frozen=True, slots=True)
class Outage:
    """The time during which LiveKit didn't respond, in seconds of the monotonic clock."""

    name: str
    down: float
    up: float

    @property
    def over(self) -> float:
        """The time by which every browser must have recovered."""
        return self.up + REFRESHES * REFRESH + SLACK

    def covers(self, answer: Answer) -> bool:
        """Return whether the request overlaps with the outage or the recovery."""
        return answer.began <= self.over and answer.ended >= self.down


@dataclass(frozen=True, slots=True)
class Soaked:
    """The results of a run.

    Moments: before, after a tenth, after the first outage, at the end, with all browsers closed.
    """

    browsers: int
    moments: Sequence[Moment]
    answers: Sequence[Answer]
    outages: Sequence[Outage]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Recovery:
    """Recovery after an outage: refreshes and seconds to each browser's first good response."""

    browsers: int
    refreshes: Sequence[int]
    seconds: Sequence[float]

    @property
    def late(self) -> int:
        """How many browsers took too long or never recovered."""
        return sum(needed > REFRESHES for needed in self.refreshes) + self.lost

    @property
    def lost(self) -> int:
        """How many browsers never recovered."""
        return self.browsers - len(self.refreshes)


def recovery(soaked: Soaked, outage: Outage) -> Recovery:
    """Return how many refreshes and seconds each browser needed to recover."""
    polls = [a for a in soaked.answers if a.began >= outage.up and a.who.startswith("browser")]
    polls.sort(key=lambda answer: (answer.who, answer.began))
    refreshes, seconds = [], []
    for _, answers in groupby(polls, key=lambda answer: answer.who):
        for number, answer in enumerate(answers, 1):
            if not answer.failed:
                refreshes.append(number)
                seconds.append(answer.ended - outage.up)
                break
    return Recovery(soaked.browsers, refreshes, seconds)


def unexpected_errors(soaked: Soaked) -> Counter[str]:
    """Count the errors outside of outages, by request and status."""
    errors = [
        answer
        for answer in soaked.answers
        if answer.failed
        and not (
            answer.status in EXPECTED and any(outage.covers(answer) for outage in soaked.outages)
        )
    ]
    return Counter(f"{answer.what}: {answer.status or 'no response'}" for answer in errors)


def missed_targets(soaked: Soaked) -> list[str]:
    """Return a description of each missed target."""
    missed = [
        f"no unexpected 5xx: {what}, {times} times"
        for what, times in unexpected_errors(soaked).items()
    ]
    for row in _process_rows(soaked.moments):
        if any(cell.met is False for cell in row.cells):
            _, _, early, late, gone = (cell.text for cell in row.cells)
            figures = f"after one outage {early}, at the end {late}, browsers closed {gone}"
            missed.append(f"no growth of {row.what}: {figures}")
    for outage in soaked.outages:
        behind = recovery(soaked, outage).late
        if behind:
            missed.append(
                f"{outage.name}: {behind} browsers needed more than {REFRESHES} refreshes"
            )
    return missed


def tables(soaked: Soaked) -> list[str]:
    """Return the tables: process figures, responses by phase, recovery."""
    browsers = f"{soaked.browsers} browsers"
    names = [moment.name for moment in soaked.moments]
    each = [(o.name, recovery(soaked, o)) for o in soaked.outages]
    phases = _phases(soaked)
    return [
        report.table([browsers, *names], _process_rows(soaked.moments)),
        report.table(["responses", *phases], _responses(soaked, list(phases.values()))),
        report.table(["recovery", *(n for n, _ in each)], _recovery_rows(each)),
        "During the run: " + ", ".join(f"{n:,} {what}" for what, n in soaked.counts.items()) + ".",
    ]


def _process_rows(moments: Sequence[Moment]) -> list[Row]:
    def row(what: str, unit: float, most: float, figures: Sequence[int]) -> Row:
        before, _, outage, end, left = figures
        good: list[bool | None] = [None, None, None, end - outage <= most * unit, None]
        if unit == 1:  # unlike these, freed memory stays with the process
            good[4] = left - before <= LEFT_OVER
        texts = [f"{figure / unit:.0f}" for figure in figures]
        return Row(what, f"+{most:g}", [Cell(*of) for of in zip(texts, good, strict=True)])

    return [
        row("resident memory, MB", 1e6, MORE_MB, [moment.resident for moment in moments]),
        row("descriptors", 1, MORE_DESCRIPTORS, [moment.descriptors for moment in moments]),
        row("tasks", 1, MORE_TASKS, [moment.tasks for moment in moments]),
    ]


def _phases(soaked: Soaked) -> dict[str, list[Answer]]:
    phases: dict[str, list[Answer]] = {
        name: [] for name in (CALM, *(o.name for o in soaked.outages))
    }
    for answer in soaked.answers:
        name = next((o.name for o in soaked.outages if o.covers(answer)), CALM)
        phases[name].append(answer)
    return phases


def _responses(soaked: Soaked, phases: Sequence[Sequence[Answer]]) -> list[Row]:
    statuses = sorted({answer.status for answer in soaked.answers})
    rows = [Row("requests", "", [Cell(f"{len(answers):,}") for answers in phases])]
    for status in statuses:
        counts = [sum(answer.status == status for answer in answers) for answers in phases]
        name = "no response" if status == NO_ANSWER else str(status)
        rows.append(Row(name, "", [Cell(f"{count:,}" if count else "") for count in counts]))
    unexpected = unexpected_errors(soaked).total()
    cells = [Cell(str(unexpected), not unexpected), *(Cell("") for _ in phases[1:])]
    rows.append(Row("unexpected 5xx", "none", cells))
    times = [sorted(answer.ended - answer.began for answer in answers) for answers in phases]
    rows.append(Row("p50 / p95, ms", "", [Cell(_spread(seconds)) for seconds in times]))
    return [*rows, Row("slowest", "", [Cell(_slowest(answers)) for answers in phases])]


def _spread(ordered: Sequence[float]) -> str:
    if not ordered:
        return ""
    return f"{median(ordered) * 1000:.0f} / {ordered[int(len(ordered) * 0.95)] * 1000:.0f}"


def _slowest(answers: Sequence[Answer]) -> str:
    if not answers:
        return ""
    slowest = max(answers, key=lambda answer: answer.ended - answer.began)
    return f"{(slowest.ended - slowest.began) * 1000:,.0f} ms {slowest.what}"


def _recovery_rows(each: Sequence[tuple[str, Recovery]]) -> list[Row]:
    return [
        Row(
            "refreshes, max",
            str(REFRESHES),
            [Cell(str(max(of.refreshes, default=0)), not of.late) for _, of in each],
        ),
        Row(
            "seconds, p50 / slowest",
            "",
            [
                Cell(f"{median(of.seconds):.1f} / {max(of.seconds):.1f}" if of.seconds else "")
                for _, of in each
            ],
        ),
        Row(
            "browsers that never recovered",
            "none",
            [Cell(str(of.lost), not of.lost) for _, of in each],
        ),
    ]
