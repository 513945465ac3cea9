"""/agents/insights: figures, charts, tables and lists of a time, their links, and the file."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from app.routes.agents import insights_tables
from app.services.conversations.insights import reading
from tests.support.dashboard import Dashboard
from tests.support.insights import Talk, add
from tests.support.stores import Databases, in_store
from tests.support.tokens import give_token, program
from tests.support.visitor import Visitor

HOSTILE = '<script>alert(1)</script>"&\u202e'
PRICES = 'currency = "EUR"\n[[model]]\nmodel = "small"\nper_million_input_tokens = 100000\n'
NOW = datetime.now(UTC)
TALKS = (
    Talk("j1", NOW - timedelta(hours=3), "desk", "v1", models=("small",), responses=(900, 2100)),
    Talk("j2", NOW - timedelta(hours=4), "desk", "v2", models=("large",), interruptions=2),
    Talk("j3", NOW - timedelta(days=2), "sales", outcome="fail", tools=(("pay", True),)),
    Talk("j4", NOW - timedelta(days=3), HOSTILE, models=(HOSTILE,), errors=(("llm", 2),)),
)


@pytest.fixture(scope="module")
def dashboard(start_dashboard: Callable[..., Dashboard], databases: Databases) -> Dashboard:
    """A dashboard with some conversations, and a price for one of their models."""
    url = databases.new()
    in_store(url, lambda store: add(store, *TALKS))
    return start_dashboard(database_url=url, model_prices=PRICES)


@pytest.fixture(scope="module")
def visitor(dashboard: Dashboard) -> Visitor:
    """Somebody who may see everything."""
    return dashboard.visitor()


def test_what_the_page_shows(visitor: Visitor) -> None:
    seen = visitor.get("/agents/insights")
    assert seen.status == 200
    for text in (
        "Conversations 4",
        "0.90 s",
        "2.10 s",
        "Response time by stage",
        "TTS first byte",
        "All figures are exact.",
        "0.90 EUR",
        "25.0% of 4 conversations",
        "100.0% of 1 tool calls",
    ):
        assert text in seen.text, text
    assert re.search(r"without .*, large", seen.text)
    assert "<script>alert" not in seen.html
    assert seen.html.count('class="plot"') == 7


def test_every_link_leads_to_conversations_or_a_filter(visitor: Visitor) -> None:
    html = visitor.get("/agents/insights?span=30d&agent=desk").html
    links = {unescape(link) for link in re.findall(r'href="([^"]*)"', html)}
    lists = {link for link in links if link.startswith("/conversations?")}
    for more in ("order=slowest", "interrupted=1", "model=small", "version=v1"):
        assert any(more in link for link in lists), more
    assert all("span=30d" in link and "agent=desk" in link for link in lists)
    assert "/conversations/j1" in links
    assert "/conversations/j3" not in links, "of another agent"


def test_tools_errors_and_stages_lead_to_those_conversations(visitor: Visitor) -> None:
    html = visitor.get("/agents/insights?span=30d").html
    links = [unescape(link) for link in re.findall(r'href="(/conversations\?[^"]*)"', html)]
    queries = [dict(parse_qsl(urlsplit(link).query)) for link in links]
    for query, jobs in (
        ({"tool": "pay"}, ["j3"]),
        ({"tool": "pay", "tools": "1"}, ["j3"]),
        ({"error": "llm"}, ["j4"]),
        ({"stage": "tts_first_byte", "delay": "0.08"}, ["j1"]),
    ):
        asked = query | {"span": "30d"}
        assert asked in queries
        seen = visitor.get("/conversations", params=asked)
        assert re.findall(r'id="conversation-(j\d)"', seen.html) == jobs


def test_names_that_stand_for_several_lead_nowhere(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(insights_tables, "OTHER", "pay")
    monkeypatch.setattr(reading, "FEW", -1)
    html = visitor.get("/agents/insights").html
    assert "tool=pay" not in html


def test_a_page_refreshes_by_what_changed(visitor: Visitor) -> None:
    seen = visitor.get("/agents/insights")
    (live,) = seen.all("div", id="live")
    assert json.loads(live["data-topics"]) == ["conversations"]
    asked = {"hx-ptag": live["data-hx-ptag"]}
    address = live["data-hx-get"]
    assert visitor.get(address, headers=asked).status == 304
    (wrong,) = visitor.get("/agents/insights?since=x").all("div", id="live")
    assert "data-topics" not in wrong


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("?agent=desk", 2),
        ("?version=v2", 1),
        ("?model=small", 1),
        ("?span=24h", 2),
        ("?agent=x", 0),
    ],
)
def test_filters(visitor: Visitor, query: str, number: int) -> None:
    text = visitor.get(f"/agents/insights{query}").text
    assert f"Conversations {number} " in text if number else "No conversations" in text


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("?since=2026-01-01", "Enter both days, or neither."),
        ("?since=x&until=2026-01-01", "Not a day: write it as 2026-01-31."),
        ("?since=2026-01-01&until=2026-08-01", "At most 92 days can be shown."),
        ("?since=2026-02-01&until=2026-01-01", "The last day is before the first one."),
    ],
)
def test_days_that_are_not_valid(visitor: Visitor, query: str, reason: str) -> None:
    seen = visitor.get(f"/agents/insights{query}")
    assert seen.status == 422
    assert reason in seen.text


def test_days(visitor: Visitor) -> None:
    first, last = (f"{NOW - timedelta(days=n):%Y-%m-%d}" for n in (5, 0))
    seen = visitor.get(f"/agents/insights?since={first}&until={last}")
    assert "Conversations 4 " in seen.text
    assert f"since={first}" in seen.html


def test_hours_that_nobody_watched_are_hatched(visitor: Visitor) -> None:
    seen = visitor.get("/agents/insights?span=90d")
    assert 'fill="url(#hatch)"><title>Not watched' in re.sub(r">\s+<", "><", seen.html)
    assert "conversations are no longer kept" in " ".join(seen.text.split())
    assert "Nothing is compared" in seen.text


def test_the_file(visitor: Visitor) -> None:
    response = visitor.http.get("/agents/insights/-/export.csv?agent=desk")
    assert response.status_code == 200
    rows = list(csv.DictReader(io.StringIO(response.text.lstrip("\ufeff"))))
    sums: dict[str, float] = {}
    for row in rows:
        sums[row["measure"]] = sums.get(row["measure"], 0) + float(row["value"])
    assert sums["conversations"] == 2
    assert sums["duration"] == 120
    assert sums["interruptions"] == 2
    assert sums["response_p95"] == 2.1


def test_who_may_not_read_conversations(dashboard: Dashboard) -> None:
    viewer = program(dashboard, give_token(dashboard, "viewer"))
    for place in ("/agents/insights", "/agents/insights/-/export.json"):
        assert viewer.get(place).status == 403
    assert "/agents/insights" not in viewer.get("/agents/workers").html
    support = program(dashboard, give_token(dashboard, "support"))
    assert support.get("/agents/insights").status == 200


def test_estimated_figures_say_so(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FEW", -1)
    text = " ".join(visitor.get("/agents/insights").text.split())
    assert "Percentiles are estimated within 2.5 %" in text
