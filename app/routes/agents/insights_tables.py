"""The tables of insights: stages of the response, tools, errors, models, agents and versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.config.prices import Prices
from app.routes.agents.insights_asking import Asked
from app.routes.usage.tables import change_of
from app.services.conversations.costs import cost_of, total
from app.services.conversations.insights.counting import DELAYS, RESPONSE
from app.services.conversations.insights.figures import OTHER, Figures, percentile, shortest
from app.services.conversations.insights.reading import Insights, usage_in
from app.services.conversations.page.conversation import MICROSECOND
from app.services.conversations.page.stages import WORDS, Stage
from app.text.spans import precise

NONE = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure, and the conversations behind it."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first column names the row, `link` leads to its conversations."""

    id: str
    title: str
    heads: Sequence[str]
    rows: Sequence[tuple[Cell, Sequence[Cell]]]
    empty: str
    note: str = ""


def tables(insights: Insights, asked: Asked, prices: Prices | None) -> list[Table]:
    """Return all tables."""
    return [
        _agents(insights, asked, prices),
        _models(insights, asked, prices),
        _stages(insights, asked),
        _tools(insights, asked),
        _errors(insights, asked),
    ]


def _time(figures: Figures | None, stage: str, share: float) -> str:
    found = percentile(figures.delays.get(stage, {}), share) if figures else None
    return NONE if found is None else precise(found * MICROSECOND)


def _seconds(microseconds: int) -> str:
    """Return a delay in seconds as an address has it, rounded down to milliseconds."""
    seconds, rest = divmod(microseconds // 1000, 1000)
    return f"{seconds}.{rest:03}".rstrip("0").rstrip(".")


def _stages(insights: Insights, asked: Asked) -> Table:
    now, before = insights.total, insights.before

    def slow(stage: str) -> str:
        """Return the address of the conversations that reached the percentile."""
        if stage == RESPONSE:
            return asked.conversations(insights.period, order="slowest")
        delay = percentile(now.delays[stage], 0.95) or 0
        least = delay if insights.now.exact else shortest(delay)
        return asked.conversations(insights.period, stage=stage, delay=_seconds(least))

    rows = [
        (
            Cell("Response time" if stage == RESPONSE else WORDS[Stage(stage)]),
            [
                Cell(_time(now, stage, 0.5)),
                Cell(_time(now, stage, 0.95), slow(stage)),
                Cell(_time(before, stage, 0.95)),
                Cell(f"{sum(now.delays[stage].values()):,}"),
            ],
        )
        for stage in DELAYS
        if now.delays.get(stage)
    ]
    note = "Every delay was read." if insights.now.exact else "Estimated within 2.5 %."
    return Table(
        "stages",
        "Response time by stage",
        ("Stage", "p50", "p95", "p95 before", "Measured"),
        rows,
        "No response time was measured. Agents without speech have none.",
        f"{note} Transcription is a part of end of turn; stages may overlap.",
    )


def _agents(insights: Insights, asked: Asked, prices: Prices | None) -> Table:
    groups: dict[tuple[str, str], Figures] = {}
    for group, figures in insights.now.groups.items():
        groups.setdefault((group.agent, group.version), Figures()).add(figures)
    ordered = sorted(groups.items(), key=lambda each: (-each[1].numbers["conversations"], each[0]))
    rows = []
    for (agent, version), figures in ordered:
        numbers = figures.numbers

        def to(agent: str = agent, version: str = version, **more: str) -> str:
            own = {"agent": agent, "version": version} | more
            return asked.conversations(insights.period, **own)

        cells = [
            Cell(f"{numbers['conversations']:,}", to()),
            Cell(f"{numbers['duration'] / 60_000_000:,.0f}", to(order="longest")),
            Cell(_time(figures, RESPONSE, 0.95), to(order="slowest")),
            Cell(f"{numbers['with_errors']:,}", to(errors="1")),
            Cell(f"{figures.outcomes['fail']:,}", to(outcome="fail")),
        ]
        if prices:
            cost = total(prices, usage_in(figures))
            cells.append(Cell(str(cost) if cost.is_known else "no price"))
        name = " ".join(each for each in (agent or "no name", version) if each)
        link = asked.url(agent=agent, version=version) if agent else ""
        rows.append((Cell(name, link), cells))
    heads = ["Agent and version", "Conversations", "Minutes", "Response, 95%", "With errors"]
    heads += ["Failed", *(["Cost"] if prices else [])]
    return Table("agents", "Agents and versions", heads, rows, "No agent had a conversation.")


def _tools(insights: Insights, asked: Asked) -> Table:
    now = insights.total
    rows = []
    for name, calls in sorted(now.calls.items(), key=lambda each: (-each[1], each[0])):
        failed = now.failed_calls[name]
        own = {"tool": name} if _is_name(insights, name) else {}
        called = asked.conversations(insights.period, **own) if own else ""
        link = asked.conversations(insights.period, tools="1", **own) if failed else ""
        success = f"{max(0, calls - failed) / calls:.1%}" if calls else NONE
        cells = [Cell(f"{calls:,}", called), Cell(f"{failed:,}", link), Cell(success)]
        rows.append((Cell(name or "no name"), cells))
    heads = ("Tool", "Calls", "Failed", "Success")
    return Table("tool-calls", "Tool calls", heads, rows, "No tool was called.")


def _errors(insights: Insights, asked: Asked) -> Table:
    failures = insights.total.failures
    rows = []
    for kind, times in sorted(failures.items(), key=lambda each: (-each[1], each[0])):
        before = None if insights.before is None else insights.before.failures[kind]
        own = {"error": kind} if _is_name(insights, kind) else {"errors": "1"}
        link = asked.conversations(insights.period, **own)
        rows.append(
            (Cell(kind), [Cell(f"{times:,}", link), Cell(change_of(times, before) or NONE)])
        )
    return Table(
        "error-kinds",
        "Errors by kind",
        ("Kind", "Errors", "Change"),
        rows,
        "No session reported an error.",
        "As agents report at the end of a session; sessions without a report aren't in it.",
    )


def _is_name(insights: Insights, name: str) -> bool:
    """Return whether this is the name of one tool or kind, and not of all that are rare."""
    return bool(name) and (insights.now.exact or name != OTHER)


def _models(insights: Insights, asked: Asked, prices: Prices | None) -> Table:
    rows = []
    for used in usage_in(insights.total):
        tokens: list[Any] = [used.input_tokens, used.cached_tokens, used.output_tokens]
        cells = [Cell(f"{number:,}" if number else NONE) for number in (*tokens, used.characters)]
        cells.append(Cell(precise(used.audio) if used.audio else NONE))
        if prices:
            cells.append(Cell(str(cost_of(prices, used) or "no price")))
        link = asked.conversations(insights.period, model=used.model) if used.model else ""
        name = f"{used.model or 'no name'} ({used.kind})"
        rows.append((Cell(name, link), cells))
    heads = ["Model", "Input tokens", "Cached", "Output tokens", "Characters", "Audio"]
    note = "" if prices else "Costs appear with your prices, in the file of MODEL_PRICES_FILE."
    return Table(
        "models",
        "Usage and cost by model" if prices else "Usage by model",
        [*heads, *(["Cost"] if prices else [])],
        rows,
        "No model reported usage.",
        note,
    )
