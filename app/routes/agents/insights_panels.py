"""The charts of insights: each has a figure, how it changed, and the conversations behind it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.config.prices import Prices
from app.routes.agents.insights_asking import Asked
from app.routes.usage.tables import change_of
from app.services.conversations.costs import total
from app.services.conversations.insights.counting import RESPONSE
from app.services.conversations.insights.figures import Figures, percentile
from app.services.conversations.insights.reading import Insights, usage_in
from app.services.conversations.states import Outcome
from app.web.charts.chart import Chart, Series

MINUTE = 60_000_000  # microseconds
SECOND = 1_000_000
Values = Callable[[Figures], float | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """A chart with its figure; `change` compares with the period before, if that is known."""

    id: str
    title: str
    figure: str
    change: str
    note: str
    chart: Chart
    link: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """What all charts of a page share."""

    insights: Insights
    asked: Asked

    def panel(
        self,
        id: str,
        title: str,
        figure: str,
        series: Sequence[tuple[str, str, Values]],
        *,
        value: Values | None = None,
        note: str = "",
        write: Callable[[float], str] | None = None,
        lines: bool = False,
        **more: str,
    ) -> Panel:
        """Return a chart with these series, and what its link filters by."""
        found = self.insights
        changed = ""
        now = value(found.total) if value else None
        if value and now is not None and found.before is not None:
            known = found.before.numbers["conversations"]  # without any, nothing is unreported
            changed = change_of(now, value(found.before) if known else 0)
        bounds = found.period.bounds
        drawn = [
            Series(label, [self._value(each, step) for step in range(len(bounds) - 1)], color)
            for label, color, each in series
        ]
        gaps = [(gap.since, gap.until) for gap in found.gaps]
        chart = Chart(bounds, drawn, write or _number, gaps, lines, write is None)
        link = self.asked.conversations(found.period, **more)
        return Panel(id, title, figure, changed, note, chart, link)

    def _value(self, value: Values, step: int) -> float | None:
        """Return a value of a step; None if nobody watched it and nothing is known of it."""
        figures = self.insights.now.steps[step]
        since, until = self.insights.period.bounds[step : step + 2]
        unknown = any(g.since <= since and until <= g.until for g in self.insights.gaps)
        if unknown and not figures.numbers["conversations"]:
            return None
        return value(figures)


def panels(insights: Insights, asked: Asked, prices: Prices | None) -> list[Panel]:
    """Return all charts."""
    draw = Drawing(insights, asked)
    found = [_conversations(draw), _minutes(draw), _responses(draw)]
    found += [_interruptions(draw), _errors(draw), _tools(draw)]
    return [*found, _cost(draw, prices)] if prices else found


def sum_of(name: str, unit: int = 1) -> Values:
    """Return what reads a number of figures."""
    return lambda figures: figures.numbers[name] / unit


def share(part: float, whole: float, noun: str) -> str:
    """Return a part in percent, and of how many."""
    return f"{part / whole:.1%} of {whole:,.0f} {noun}" if whole else ""


def _counted(name: str, without: str) -> Values:
    """Return what reads a count; None if nothing was counted of any of the conversations."""

    def value(figures: Figures) -> float | None:
        numbers = figures.numbers
        unknown = numbers["conversations"] and numbers["conversations"] == numbers[without]
        return None if unknown else numbers[name]

    return value


def _written(count: float | None) -> str:
    return "not reported" if count is None else f"{count:,.0f}"


def _of_counted(numbers: Mapping[str, int], part: str, without: str) -> str:
    """Return a share of the conversations, without those of which nothing was counted."""
    unknown = numbers[without]
    found = share(numbers[part], numbers["conversations"] - unknown, "conversations")
    missing = f"not reported by {unknown:,}" if unknown else ""
    return "; ".join(filter(None, (found, missing)))


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:,.1f}"


def _seconds(value: float) -> str:
    return f"{value:.2f} s"


def _outcome(*outcomes: str) -> Values:
    return lambda figures: sum(figures.outcomes[name] for name in outcomes)


def _conversations(draw: Drawing) -> Panel:
    total_ = draw.insights.total
    known = {str(outcome) for outcome in Outcome}
    others = sorted(set(total_.outcomes) - known)
    tagged = sum(total_.outcomes[name] for name in known)
    passed = total_.outcomes[Outcome.SUCCESS]
    return draw.panel(
        "conversations",
        "Conversations",
        f"{total_.numbers['conversations']:,}",
        [
            ("Success", "c2", _outcome(Outcome.SUCCESS)),
            ("Fail", "cbad", _outcome(Outcome.FAIL)),
            ("Not tagged", "c1", _outcome(*others)),
        ],
        value=sum_of("conversations"),
        note=share(passed, tagged, "tagged as success or fail were a success"),
    )


def _minutes(draw: Drawing) -> Panel:
    numbers = draw.insights.total.numbers
    running = numbers["conversations"] - numbers["ended"]
    return draw.panel(
        "minutes",
        "Minutes",
        _number(numbers["duration"] / MINUTE),
        [("Minutes of conversations that ended", "c3", sum_of("duration", MINUTE))],
        value=sum_of("duration"),
        note=f"without {running:,} that haven't ended" if running else "",
        order="longest",
    )


def _percentile(figure: float) -> Values:
    def value(figures: Figures) -> float | None:
        found = percentile(figures.delays.get(RESPONSE, {}), figure)
        return None if found is None else found / SECOND

    return value


def _responses(draw: Drawing) -> Panel:
    p50, p95 = (_percentile(each)(draw.insights.total) for each in (0.5, 0.95))
    measured = sum(draw.insights.total.delays.get(RESPONSE, {}).values())
    return draw.panel(
        "response",
        "Response time",
        "not measured" if p50 is None or p95 is None else f"{_seconds(p50)}, p95 {_seconds(p95)}",
        [("p50", "c1", _percentile(0.5)), ("p95", "c4", _percentile(0.95))],
        value=_percentile(0.95),
        note=f"p50 and p95 of {measured:,} responses" if measured else "",
        write=_seconds,
        lines=True,
        order="slowest",
    )


def _interruptions(draw: Drawing) -> Panel:
    numbers = draw.insights.total.numbers
    value = _counted("interruptions", "not_counted")
    return draw.panel(
        "interruptions",
        "Interruptions",
        _written(value(draw.insights.total)),
        [("Messages that the caller interrupted", "c5", value)],
        value=value,
        note=_of_counted(numbers, "interrupted", "not_counted"),
        interrupted="1",
    )


def _errors(draw: Drawing) -> Panel:
    numbers = draw.insights.total.numbers
    value = _counted("errors", "errors_not_counted")
    return draw.panel(
        "errors",
        "Errors",
        _written(value(draw.insights.total)),
        [("Errors of models", "cbad", value)],
        value=value,
        note=_of_counted(numbers, "with_errors", "errors_not_counted"),
        errors="1",
    )


def _tools(draw: Drawing) -> Panel:
    numbers = draw.insights.total.numbers
    value = _counted("tool_failures", "not_counted")
    return draw.panel(
        "tools",
        "Failed tool calls",
        _written(value(draw.insights.total)),
        [("Tool calls that failed", "cbad", value)],
        value=value,
        note=share(numbers["tool_failures"], numbers["tool_calls"], "tool calls"),
        tools="1",
    )


def _cost(draw: Drawing, prices: Prices) -> Panel:
    def cost(figures: Figures) -> float:
        return float(total(prices, usage_in(figures)).money.amount)

    whole = total(prices, usage_in(draw.insights.total))
    names = ", ".join(name or "a model without a name" for name in whole.unpriced)
    return draw.panel(
        "cost",
        "Cost",
        str(whole.money) if whole.is_known else "no prices",
        [(f"Cost in {prices.currency}", "c4", cost)],
        value=cost if whole.is_known else None,
        note=f"without {names}" if names else "",
        write=lambda value: f"{Decimal(value):,.2f}",
    )
