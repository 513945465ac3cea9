"""Figures of insights: how they changed, and the delay that a link of a stage asks for."""

from collections import Counter
from datetime import UTC
from urllib.parse import parse_qs, urlsplit

import pytest

from app.routes.agents.insights_asking import Asked
from app.routes.agents.insights_panels import panels
from app.routes.agents.insights_tables import tables
from app.services.conversations.insights.counting import RESPONSE
from app.services.conversations.insights.figures import Figures, of_stored
from app.services.conversations.insights.reading import Insights, Part
from app.services.usage.periods import Range, up_to
from tests.support.insights import NOW

STAGE = "tts_first_byte"


def insights(total: Figures, before: Figures | None = None, *, exact: bool = True) -> Insights:
    """Return insights of a week with these figures."""
    period = up_to(NOW, Range.WEEK, UTC)
    steps = [Figures() for _ in period.bounds[1:]]
    return Insights(period, Part(steps, exact, total), total, before, [])


def changes(before: Figures) -> dict[str, str]:
    """Return how the figure of each chart changed since some figures."""
    numbers = Counter({"conversations": 1, "errors": 2, "tool_failures": 3, "interruptions": 4})
    now = Figures(numbers, delays={RESPONSE: Counter({900_000: 1})})
    return {panel.id: panel.change for panel in panels(insights(now, before), Asked(), None)}


COUNTS = ("errors", "tools", "interruptions", "response")


def test_nothing_is_compared_with_what_was_not_reported() -> None:
    unknown = {"conversations": 1, "not_counted": 1, "errors_not_counted": 1}
    found = changes(Figures(Counter(unknown)))
    assert [found[name] for name in COUNTS] == [""] * 4
    assert found["conversations"] == "±0 %"


def test_what_a_time_without_conversations_lacked_is_new() -> None:
    found = changes(Figures())
    assert [found[name] for name in COUNTS] == ["new"] * 4


def test_what_was_reported_as_none_is_new() -> None:
    found = changes(Figures(Counter({"conversations": 1})))
    assert [found[name] for name in COUNTS[:3]] == ["new"] * 3


def linked(figures: Figures, *, exact: bool) -> str:
    """Return the delay that the link of a stage asks for."""
    found = tables(insights(figures, exact=exact), Asked(), None)
    (rows,) = [table.rows for table in found if table.id == "stages"]
    ((_, cells),) = rows
    return parse_qs(urlsplit(cells[1].link).query)["delay"][0]


@pytest.mark.parametrize(
    ("delay", "text"),
    [
        (80_000, "0.08"),
        (250, "0"),
        (2_000_000, "2"),
        (100_000_000, "100"),
        (1234_567_890, "1234.567"),
    ],
)
def test_a_stage_leads_to_the_conversations_of_its_percentile(delay: int, text: str) -> None:
    assert linked(Figures(delays={STAGE: Counter({delay: 1})}), exact=True) == text


@pytest.mark.parametrize("delay", [1, 999, 1_001, 10_050, 79_000, 80_000, 812_345, 1_234_567_890])
def test_an_estimate_leads_to_them_too(delay: int) -> None:
    stored = of_stored(Figures(delays={STAGE: Counter({delay: 1})}).stored())
    asked = float(linked(stored, exact=False)) * 1_000_000
    assert delay / 1.06 - 1_000 < asked <= delay
