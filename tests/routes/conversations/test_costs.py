"""/conversations/{job}: what a conversation cost, at the prices of MODEL_PRICES."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.routes.conversations.conftest import Heard
from tests.support.dashboard import Dashboard
from tests.support.stores import Databases
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
