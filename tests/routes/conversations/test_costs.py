"""What conversations cost, at the prices of MODEL_PRICES: one's page, the list, and its files."""

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.routes.api.conftest import call, items
from tests.routes.conversations.conftest import Heard
from tests.support.dashboard import Dashboard
from tests.support.stores import Databases
from tests.support.tokens import give_token, program
from tests.support.uploads import Spoken, record
from tests.support.visitor import Visitor

PRICES = """
currency = "EUR"
[[model]]
model = "small-*"
per_million_input_tokens = 2
per_million_cached_input_tokens = 0.5
per_million_output_tokens = 8
[[model]]
model = "voice"
kind = "tts"
per_million_characters = 30
"""
SMALL = {
    "type": "llm_usage",
    "provider": "local",
    "model": "small-1",
    "input_tokens": 100_000,
    "input_cached_tokens": 40_000,
    "output_tokens": 10_000,
}
VOICE = {"type": "tts_usage", "provider": "local", "model": "voice", "characters_count": 1_000}
OTHER = {"type": "stt_usage", "provider": "local", "model": "<b>ears", "audio_duration": 61.0}
Page = tuple[Visitor, Dashboard]


@pytest.fixture(scope="module")
def priced(
    start_dashboard: Callable[..., Dashboard],
    databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Page:
    """A dashboard that knows some prices."""
    files = tmp_path_factory.mktemp("files")
    dashboard = start_dashboard(
        database_url=databases.new(), storage_url=f"file://{files}", model_prices=PRICES
    )
    return dashboard.visitor(), dashboard


def text_of(visitor: Visitor, dashboard: Dashboard, *usage: dict[str, Any]) -> str:
    """Upload a conversation that used these models, and return the text of its page."""
    spoken = Spoken()
    assert record(dashboard, spoken, header=spoken.header(usage=list(usage))).status_code == 200
    return visitor.get(f"/conversations/{spoken.job}").text


def test_each_model_and_their_sum(priced: Page) -> None:
    text = text_of(*priced, SMALL, VOICE)
    for amount in ("0.22 EUR", "0.030 EUR", "0.25 EUR"):  # 0.12 + 0.02 + 0.08, and 0.03
        assert amount in text, amount
    assert "no price" not in text


def test_a_sum_names_the_model_without_a_price(priced: Page) -> None:
    text = text_of(*priced, SMALL, OTHER)
    assert "Without <b>ears" in text
    assert text.count("0.22 EUR") == 2, "of the model, and of all that have a price"


def test_no_price_for_anything_that_was_used(priced: Page) -> None:
    text = text_of(*priced, OTHER)
    assert "no prices" in text
    assert "EUR" not in text


def test_without_prices_there_is_usage_and_no_cost(heard: Heard) -> None:
    text = text_of(heard.admin, heard.dashboard, SMALL)
    assert "100,000 in" in text
    assert "price" not in text
    assert "Usage and cost" not in text


def test_the_settings_name_how_many_there_are(priced: Page) -> None:
    assert "2 prices in EUR" in priced[0].get("/settings").text


def listed(visitor: Visitor, dashboard: Dashboard, *usage: dict[str, Any]) -> tuple[str, str]:
    """Upload a conversation that used these models; return its agent, and its row's last cell."""
    spoken = Spoken()
    spoken.agent = f"agent of {spoken.job}"
    header = spoken.header(usage=list(usage))
    assert record(dashboard, spoken, header=header).status_code == 200
    html = visitor.get("/conversations", params={"agent": spoken.agent}).html
    cell = re.findall(r"<td[^>]*>(.*?)</td>", html, re.DOTALL)[-1]
    return spoken.agent, " ".join(cell.split())


def exported(visitor: Visitor, agent: str) -> tuple[str, str, str]:
    """Return the cost, the currency and the models without a price of an agent's conversation."""
    seen = visitor.get("/conversations/-/export.csv", params={"agent": agent})
    (row,) = csv.DictReader(io.StringIO(seen.html.removeprefix("\ufeff")))
    return row["cost"], row["currency"], row["no_price_for"]


def test_the_api_has_costs(priced: Page) -> None:
    root = program(priced[1], give_token(priced[1], "admin"))
    known: dict[str, tuple[Any, ...]] = {}
    expected: dict[str, tuple[Any, ...]] = {}
    for usage, cost in (
        ([SMALL, VOICE], (0.25, "EUR", [])),
        ([SMALL, OTHER], (0.22, "EUR", ["<b>ears"])),
        ([OTHER], (None, None, ["<b>ears"])),
        ([], (None, None, [])),
    ):
        agent, _ = listed(*priced, *usage)
        expected[agent.removeprefix("agent of ")] = cost
    for row in items(root, "/conversations"):
        one = call(root, "GET", f"/conversations/{row['job_id']}").response.json()
        for found in (row, one):
            fields = found["cost"], found["currency"], found["no_price_for"]
            assert known.setdefault(row["job_id"], fields) == fields
    assert {job: known[job] for job in expected} == expected


def test_the_list_has_each_cost(priced: Page) -> None:
    agent, cell = listed(*priced, SMALL, VOICE)
    assert cell == "0.25 EUR"
    assert exported(priced[0], agent) == ("0.25", "EUR", "")


def test_the_list_says_what_has_no_price(priced: Page) -> None:
    agent, cell = listed(*priced, SMALL, OTHER)
    assert cell.startswith("0.22 EUR")
    assert "without 1 model" in cell
    assert 'title="Without &lt;b&gt;ears"' in cell
    assert exported(priced[0], agent) == ("0.22", "EUR", "<b>ears")
    agent, cell = listed(*priced, OTHER)
    assert ">no price<" in cell
    assert exported(priced[0], agent) == ("", "", "<b>ears")


def test_no_usage_is_no_cost(priced: Page) -> None:
    agent, cell = listed(*priced)
    assert "No usage reported" in cell
    assert exported(priced[0], agent) == ("", "", "")
    seen = priced[0].get("/conversations/-/export.json", params={"agent": agent})
    (row,) = json.loads(seen.html)
    assert (row["cost"], row["currency"], row["no_price_for"]) == (None, "", [])


def test_the_column_of_costs_can_be_hidden(priced: Page) -> None:
    listed(*priced, SMALL)
    visitor = priced[1].visitor()
    seen = visitor.get("/conversations")
    shown = [each["value"] for each in seen.all("input", name="show")]
    assert shown[-1] == "cost"
    assert "talks hide-1" not in seen.markup
    (columns,) = seen.all("input", form="layout", name="columns")
    fields = {"name": "conversation", "back": "/conversations", "columns": columns["value"]}
    assert visitor.post("/lists", **fields, show=shown[:-1]).status == 303
    assert "talks hide-1" in visitor.get("/conversations").markup


def test_without_prices_the_list_has_no_costs(heard: Heard) -> None:
    agent, _ = listed(heard.admin, heard.dashboard, SMALL)
    seen = heard.admin.get("/conversations", params={"agent": agent})
    assert "cost" not in [each["value"] for each in seen.all("input", name="show")]
    assert exported(heard.admin, agent) == ("", "", "")
