"""The tables of the page: counts by reason or result, the largest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.labels.table import label_of
from app.routes.usage.asking import Asked
from app.services.history.states import LeaveReason, named
from app.services.usage.measures import SEPARATOR, Measure
from app.services.usage.reading import Usage


@dataclass(frozen=True, slots=True)
class Counts:
    """A table of counts by label, the largest first."""

    id: str
    title: str
    head: str
    rows: Sequence[tuple[str, int, float, str]]  # label, count, share of the largest, change
    measure: Measure
    empty: str


def change_of(now: float, before: float | None) -> str:
    """Return how much a figure grew, in percent; empty if the figure before isn't known."""
    if before is None:
        return ""
    if not before:
        return "new" if now else ""
    percent = round((now / before - 1) * 100)
    return f"{percent:+,d} %".replace("-", "\N{MINUS SIGN}") if percent else "±0 %"


def tables(usage: Usage, asked: Asked, *, telephony: bool) -> list[Counts]:
    """Return all tables of a usage."""
    found = [
        _reasons(usage, asked),
        _counts(usage, Measure.EGRESS_FAILED, "Failed egress", "Reason", "No egress job failed."),
        _counts(usage, Measure.INGRESS_FAILED, "Failed ingress", "Reason", "No ingress failed."),
    ]
    if telephony:
        found.append(_counts(usage, Measure.CALLS, "Calls by result", "Result", "No call ended."))
    return found


def _reasons(usage: Usage, asked: Asked) -> Counts:
    """Return why participants left, of all kinds together or of the one that is chosen."""
    sums: dict[str, tuple[int, int | None]] = {}
    for label in usage.labels(Measure.LEFT):
        kind, _, name = label.partition(SEPARATOR)
        if asked.kind not in {"", kind}:
            continue
        reason = label_of(named(LeaveReason, name)).text
        now, before = sums.get(reason, (0, 0))
        earlier = usage.earlier(Measure.LEFT, label)
        total = None if earlier is None or before is None else before + earlier
        sums[reason] = now + usage.sum(Measure.LEFT, label), total
    return _table(sums, Measure.LEFT, "Reasons for leaving", "Reason", "Nobody left.")


def _counts(usage: Usage, measure: Measure, title: str, head: str, empty: str) -> Counts:
    sums = {
        label: (usage.sum(measure, label), usage.earlier(measure, label))
        for label in usage.labels(measure)
    }
    return _table(sums, measure, title, head, empty)


def _table(
    sums: dict[str, tuple[int, int | None]], measure: Measure, title: str, head: str, empty: str
) -> Counts:
    largest = max((now for now, _ in sums.values()), default=1) or 1
    ordered = sorted(sums.items(), key=lambda item: (-item[1][0], item[0]))
    rows = [(label, now, now / largest * 100, change_of(now, b)) for label, (now, b) in ordered]
    return Counts(str(measure).replace("_", "-"), title, head, rows, measure, empty)
