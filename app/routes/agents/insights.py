"""/agents/insights: how conversations went, by agent, version and model, and as a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Invalid
from app.routes.agents.insights_asking import RANGES, Asked, AskedDep, insights_of
from app.routes.agents.insights_panels import panels
from app.routes.agents.insights_tables import tables
from app.routes.history.shared import masking
from app.security.guards import sees
from app.security.roles import Permission
from app.services.conversations.insights.counting import RESPONSE
from app.services.conversations.insights.figures import Figures, percentile
from app.services.conversations.insights.reading import Insights
from app.services.conversations.insights.recent import Recent
from app.text.paths import AGENT_INSIGHTS
from app.web.deps import SettingsDep, StoreDep, UserDep
from app.web.exports import Ending, as_file
from app.web.pages import is_fragment, page
from app.web.timezone import use_zone_of

HOUR = timedelta(hours=1)
SECOND = 1_000_000  # microseconds
LISTS = (
    ("slowest", "Slowest", {"order": "slowest"}),
    ("failed", "Failed", {"errors": "1"}),
    ("interrupted", "Interrupted most", {"interrupted": "1"}),
)
router = APIRouter(prefix=AGENT_INSIGHTS)


@router.get("", dependencies=[sees(Permission.CONVERSATIONS_READ)])
async def insights_page(
    request: Request, store: StoreDep, settings: SettingsDep, user: UserDep, asked: AskedDep
) -> Response:
    """Show the insights; filters that aren't valid are shown again with the reason."""
    shown: dict[str, Any] = {"asked": asked, "ranges": RANGES, "errors": {}, "insights": None}
    shown["choices"] = _choices(asked, {})
    recent: Recent = request.app.state.insights
    count = partial(insights_of, request, store, settings, asked)
    question = asked, use_zone_of(request)
    try:
        insights = await recent.insights(store, question, count, again=is_fragment(request))
    except Invalid as error:
        shown |= {"errors": error.fields}
        return await page(request, "agents/insights/index.html.j2", status=422, live=False, **shown)
    prices = settings.model_prices
    shown |= {
        "insights": insights,
        "masks": masking(user),
        "panels": panels(insights, asked, prices),
        "tables": tables(insights, asked, prices),
        "lists": LISTS,
        "hour": HOUR,
        "choices": _choices(asked, insights.choices),
        "kept": settings.retention_conversations,
    }
    return await page(request, "agents/insights/index.html.j2", topics=("conversations",), **shown)


def _choices(
    asked: Asked, known: Mapping[str, Sequence[str]]
) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return the name, the label and the options of each filter, among them what is chosen."""
    found = []
    for name, label in (("agent", "Agent"), ("version", "Version"), ("model", "Model")):
        names = sorted({*known.get(name, ()), getattr(asked, name)} - {""})
        options = [("", f"Any {label.lower()}"), *((each, each) for each in names)]
        found.append((name, label, options))
    return found


@dataclass(frozen=True, slots=True)
class InsightRow:
    """A figure of one step in a file; times are in seconds."""

    since: datetime
    until: datetime
    measure: str
    label: str
    value: float


@router.get("/-/export.{ending}", dependencies=[sees(Permission.CONVERSATIONS_READ)])
async def export_insights(
    request: Request, store: StoreDep, settings: SettingsDep, asked: AskedDep, ending: Ending
) -> Response:
    """Send the figures of each step as a file."""
    insights = await insights_of(request, store, settings, asked)
    return as_file("insights", ending, list(insight_rows(insights)), InsightRow)


def insight_rows(insights: Insights) -> Iterator[InsightRow]:
    """Yield the figures of each step that aren't zero."""
    bounds = insights.period.bounds
    for step, figures in enumerate(insights.now.steps):
        for measure, label, value in _figures(figures):
            if value:
                yield InsightRow(bounds[step], bounds[step + 1], measure, label, value)


def _figures(figures: Figures) -> Iterator[tuple[str, str, float]]:
    for name, value in figures.numbers.items():
        yield name, "", value / SECOND if name == "duration" else value
    for measure, counts in (
        ("outcome", figures.outcomes),
        ("errors_by_kind", figures.failures),
        ("calls_of_tool", figures.calls),
        ("failed_calls_of_tool", figures.failed_calls),
    ):
        for label, number in sorted(counts.items()):
            yield measure, label, number
    for share in (50, 95):
        delay = percentile(figures.delays.get(RESPONSE, {}), share / 100)
        if delay is not None:
            yield f"response_p{share}", "", delay / SECOND
