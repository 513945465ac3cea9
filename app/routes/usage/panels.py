"""The charts of the page: each has a figure, how it changed, and where it leads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.routes.usage.asking import Asked
from app.routes.usage.tables import change_of
from app.services.history.states import CallResult
from app.services.usage.counting import SECOND
from app.services.usage.measures import SEPARATOR, Measure
from app.services.usage.reading import Usage
from app.text.paths import CALL_RECORDS, EGRESS, INGRESS
from app.web.charts.chart import Chart, Series

MINUTE = 60 * SECOND
CONNECTED = (f"/{CallResult.ANSWERED}", f"/{CallResult.ENDED}")
COLORS = ("c1", "c2", "c3", "c4", "c5", "c0")
FAILED_COLOR = "cbad"
# Kinds of participants have the same color in every chart.
KINDS = {"STANDARD": "c1", "SIP": "c2", "AGENT": "c3", "INGRESS": "c4", "EGRESS": "c5"}


@dataclass(frozen=True, slots=True)
class Panel:
    """A chart with its figure; `change` compares with the period before, if that is known."""

    id: str
    title: str
    figure: str
    change: str
    note: str
    chart: Chart
    links: Sequence[tuple[str, str]] = ()
    measures: Sequence[Measure] = ()


def panels(usage: Usage, asked: Asked, *, telephony: bool) -> list[Panel]:
    """Return all charts of a usage."""
    makers: list[Callable[[Usage, Asked], Panel]] = [_participation, _peak, _sessions]
    makers += [_failed_joins, _agents, _egress, _ingress]
    if telephony:
        makers.append(_calls)
    return [make(usage, asked) for make in makers]


def kinds_in(usage: Usage) -> list[str]:
    found = {*usage.labels(Measure.PARTICIPATION), *usage.labels(Measure.FAILED_JOINS)}
    return sorted(found, key=lambda kind: (list(KINDS).index(kind) if kind in KINDS else 9, kind))


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:,.1f}"


def _chart(
    usage: Usage, series: Sequence[Series], *, lines: bool = False, whole: bool = True
) -> Chart:
    gaps = [(gap.since, gap.until) for gap in usage.gaps]
    return Chart(usage.period.bounds, series, _number, gaps, lines, whole)


def _series(
    usage: Usage, measure: Measure, label: str, title: str, color: str, unit: int = 1
) -> Series:
    """Return the values of a label; None for a step that nobody watched and nothing is known of."""
    values: list[float | None] = []
    bounds = usage.period.bounds
    for step, value in enumerate(usage.steps(measure, label)):
        since, until = bounds[step], bounds[step + 1]
        unknown = not value and any(g.since <= since and until <= g.until for g in usage.gaps)
        values.append(None if unknown else value / unit)
    return Series(title, values, color)


def _by_label(usage: Usage, measure: Measure, labels: Sequence[str], unit: int = 1) -> list[Series]:
    found = []
    for number, label in enumerate(labels):
        color = KINDS.get(label, COLORS[min(number, len(COLORS) - 1)])
        found.append(_series(usage, measure, label, in_words(label), color, unit))
    return found


def in_words(label: str) -> str:
    """Return a name of LiveKit's enums in words."""
    known = label in {"SIP"}
    words = label.replace("_", " ").replace(SEPARATOR, ", ")
    return words if known else words[:1].upper() + words[1:].lower()


def _chosen(usage: Usage, asked: Asked) -> list[str]:
    return [kind for kind in kinds_in(usage) if asked.kind in {"", kind}]


def _of_kinds(usage: Usage, measure: Measure, asked: Asked) -> tuple[int, int | None]:
    """Return the sum over the chosen kinds, and that of the period before."""
    if not asked.kind:
        return usage.sum(measure), usage.earlier(measure)
    return usage.sum(measure, asked.kind), usage.earlier(measure, asked.kind)


def _participation(usage: Usage, asked: Asked) -> Panel:
    now, before = _of_kinds(usage, Measure.PARTICIPATION, asked)
    joins, _ = _of_kinds(usage, Measure.JOINS, asked)
    series = _by_label(usage, Measure.PARTICIPATION, _chosen(usage, asked), MINUTE)
    return Panel(
        "minutes",
        "Participant-minutes",
        _number(now / MINUTE),
        change_of(now, before),
        f"{joins:,} joins",
        _chart(usage, series, whole=False),
        [("Sessions", asked.sessions_url(usage.period))],
        [Measure.PARTICIPATION, Measure.JOINS],
    )


def _peak(usage: Usage, asked: Asked) -> Panel:
    now, before = usage.sum(Measure.PEAK), usage.earlier(Measure.PEAK)
    series = [_series(usage, Measure.PEAK, "", "People and calls at one time", "c1")]
    return Panel(
        "peak",
        "Peak participants",
        f"{now:,}",
        change_of(now, before),
        "exact; agents, egress and ingress are not counted",
        _chart(usage, series, lines=True),
        [("Sessions", asked.sessions_url(usage.period))],
        [Measure.PEAK],
    )


def _sessions(usage: Usage, asked: Asked) -> Panel:
    now, before = usage.sum(Measure.SESSIONS), usage.earlier(Measure.SESSIONS)
    return Panel(
        "sessions",
        "Sessions",
        f"{now:,}",
        change_of(now, before),
        "",
        _chart(usage, [_series(usage, Measure.SESSIONS, "", "Sessions started", "c1")]),
        [("Sessions", asked.sessions_url(usage.period))],
        [Measure.SESSIONS],
    )


def _failed_joins(usage: Usage, asked: Asked) -> Panel:
    now, before = _of_kinds(usage, Measure.FAILED_JOINS, asked)
    joins, _ = _of_kinds(usage, Measure.JOINS, asked)
    tried = joins + now
    share = f"{now / tried:.1%} of {tried:,} attempts" if tried else ""
    series = _by_label(usage, Measure.FAILED_JOINS, _chosen(usage, asked))
    return Panel(
        "failed-joins",
        "Failed joins",
        f"{now:,}",
        change_of(now, before),
        share,
        _chart(usage, series),
        [("Sessions", asked.sessions_url(usage.period, errors="1"))],
        [Measure.FAILED_JOINS],
    )


def _agents(usage: Usage, asked: Asked) -> Panel:
    measure = Measure.AGENT_SESSIONS
    now, before = usage.sum(measure), usage.earlier(measure)
    return Panel(
        "agents",
        "Agent sessions",
        f"{now:,}",
        change_of(now, before),
        "",
        _chart(usage, [_series(usage, measure, "", "Agents that joined", "c3")]),
        [("Sessions", asked.sessions_url(usage.period, kind="agents"))],
        [measure],
    )


def _egress(usage: Usage, asked: Asked) -> Panel:
    return _media(
        usage, "egress", "Egress minutes", Measure.EGRESS, Measure.EGRESS_FAILED, ("Jobs", EGRESS)
    )


def _ingress(usage: Usage, asked: Asked) -> Panel:
    link = ("Ingresses", INGRESS)
    return _media(
        usage, "ingress", "Ingress minutes", Measure.INGRESS, Measure.INGRESS_FAILED, link
    )


def _media(
    usage: Usage, id: str, title: str, measure: Measure, failed: Measure, link: tuple[str, str]
) -> Panel:
    now, before = usage.sum(measure), usage.earlier(measure)
    failures = usage.sum(failed)
    return Panel(
        id,
        title,
        _number(now / MINUTE),
        change_of(now, before),
        f"{failures:,} failed",
        _chart(usage, _by_label(usage, measure, usage.labels(measure), MINUTE), whole=False),
        [link],
        [measure, failed],
    )


def _calls(usage: Usage, asked: Asked) -> Panel:
    measure = Measure.CALLS
    now, before = usage.sum(measure), usage.earlier(measure)
    completed = [label for label in usage.labels(measure) if label.endswith(CONNECTED)]
    failed = [label for label in usage.labels(measure) if label not in completed]
    series = _by_label(usage, measure, completed)
    lost = [sum(values) for values in zip(*(usage.steps(measure, f) for f in failed), strict=True)]
    if lost:
        series.append(Series("Failed", lost, FAILED_COLOR))
    number = sum(usage.sum(measure, label) for label in failed)
    return Panel(
        "calls",
        "Calls",
        f"{now:,}",
        change_of(now, before),
        f"{number:,} failed",
        _chart(usage, series),
        [("Call records", CALL_RECORDS)],
        [measure],
    )
