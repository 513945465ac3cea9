"""What a soak showed, as tables, and which promises it did not keep."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from benchmarks import report
from benchmarks.pollers import NO_ANSWER, REFRESH, Answer
from benchmarks.report import Cell, Row

REFRESHES = 2  # within which every browser has its page again
SLACK = 1.0  # seconds in which the second of them is answered
DECLARED = frozenset({502, 503, 504})
# what may be more at the end than after the first outage, the most that there is to do at once
MORE_MB = 4.0
MORE_DESCRIPTORS = 40  # LiveKit takes 3 s to say that a room's node is gone, a connection each
MORE_TASKS = 5
# what may be more than before, once everybody has left
LEFT_OVER = 5
CALM = "calm"


@dataclass(frozen=True, slots=True)
class Moment:
    """What the dashboard's process held at one moment, by its own /metrics; memory in bytes."""

    name: str
    resident: int
    descriptors: int
    tasks: int


@dataclass(frozen=True, slots=True)
class Outage:
    """From when to when LiveKit gave no answers, in seconds of the monotonic clock."""

    name: str
    down: float
    up: float

    @property
    def over(self) -> float:
        """When every browser has its page again."""
        return self.up + REFRESHES * REFRESH + SLACK

    def covers(self, answer: Answer) -> bool:
        """Whether any of the answer's time was within the outage, or before everybody is back."""
        return answer.began <= self.over and answer.ended >= self.down


@dataclass(frozen=True, slots=True)
class Soaked:
    """All that was seen.

    The moments: before, after a tenth, after the first outage, at the end, when all had left.
    """

    browsers: int
    moments: Sequence[Moment]
    answers: Sequence[Answer]
    outages: Sequence[Outage]
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Recovery:
    """How the browsers fared after an outage: refreshes and seconds to their first good answer."""

    browsers: int
    refreshes: Sequence[int]
    seconds: Sequence[float]

    @property
    def late(self) -> int:
        """How many of them needed more than they may."""
        return sum(needed > REFRESHES for needed in self.refreshes) + self.lost

    @property
    def lost(self) -> int:
        """How many never had a good answer again."""
        return self.browsers - len(self.refreshes)


def recovery(soaked: Soaked, outage: Outage) -> Recovery:
    """Give how many of each browser's refreshes it took until one was answered well again."""
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


def undeclared(soaked: Soaked) -> Counter[str]:
    """Count the errors that nobody was told to expect: by what was asked, and the status."""
    found = [
        answer
        for answer in soaked.answers
        if answer.failed
        and not (
            answer.status in DECLARED and any(outage.covers(answer) for outage in soaked.outages)
        )
    ]
    return Counter(f"{answer.what}: {answer.status or 'no answer'}" for answer in found)


def broken(soaked: Soaked) -> list[str]:
    """Say which promises were not kept; none is an empty list."""
    said = [f"no other 5xx: {what}, {times} times" for what, times in undeclared(soaked).items()]
    for row in _held(soaked.moments):
        if any(cell.met is False for cell in row.cells):
            _, _, early, late, left = (cell.text for cell in row.cells)
            now = f"after one outage {early}, at the end {late}, all left {left}"
            said.append(f"no growth of {row.what}: {now}")
    for outage in soaked.outages:
        behind = recovery(soaked, outage).late
        if behind:
            said.append(f"{outage.name}: {behind} browsers needed more than {REFRESHES} refreshes")
    return said


def tables(soaked: Soaked) -> list[str]:
    """Give the tables: what the process held, the answers by phase, the ways back."""
    browsers = f"{soaked.browsers} browsers"
    names = [moment.name for moment in soaked.moments]
    each = [(o.name, recovery(soaked, o)) for o in soaked.outages]
    phases = _phases(soaked)
    return [
        report.table([browsers, *names], _held(soaked.moments)),
        report.table(["answers", *phases], _answered(soaked, list(phases.values()))),
        report.table(["until all had their page again", *(n for n, _ in each)], _back(each)),
        "Meanwhile: " + ", ".join(f"{n:,} {what}" for what, n in soaked.counts.items()) + ".",
    ]


def _held(moments: Sequence[Moment]) -> list[Row]:
    def row(what: str, unit: float, most: float, figures: Sequence[int]) -> Row:
        before, _, outage, end, left = figures
        good: list[bool | None] = [None, None, None, end - outage <= most * unit, None]
        if unit == 1:  # what goes with the browsers; freed memory stays with the process
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


def _answered(soaked: Soaked, phases: Sequence[Sequence[Answer]]) -> list[Row]:
    statuses = sorted({answer.status for answer in soaked.answers})
    rows = [Row("requests", "", [Cell(f"{len(answers):,}") for answers in phases])]
    for status in statuses:
        counts = [sum(answer.status == status for answer in answers) for answers in phases]
        name = "no answer" if status == NO_ANSWER else str(status)
        rows.append(Row(name, "", [Cell(f"{count:,}" if count else "") for count in counts]))
    unexpected = undeclared(soaked).total()
    cells = [Cell(str(unexpected), not unexpected), *(Cell("") for _ in phases[1:])]
    rows.append(Row("5xx that are not declared", "none", cells))
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


def _back(each: Sequence[tuple[str, Recovery]]) -> list[Row]:
    return [
        Row(
            "refreshes, at most",
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
            "browsers that never had it",
            "none",
            [Cell(str(of.lost), not of.lost) for _, of in each],
        ),
    ]
