"""Costs: exact sums at the most specific price, and nothing without a price."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.config.prices import ModelPrice, Prices
from app.services.conversations.costs import Cost, Money, _matches, cost_of, total
from app.services.conversations.states import ModelKind
from app.services.conversations.usage import ModelUsage

LLM, TTS = ModelKind.LLM, ModelKind.TTS


def priced(*models: dict[str, Any]) -> Prices:
    """Return prices in euros."""
    return Prices(currency="EUR", models=tuple(ModelPrice(**model) for model in models))


def at(model: str, price: str, **of: str) -> dict[str, Any]:
    """Return an entry with a price per request, by which it is known."""
    return {"model": model, "per_request": Decimal(price)} | of


def used(model: str = "m", kind: ModelKind = LLM, provider: str = "p", **more: Any) -> ModelUsage:
    """Return usage of a model."""
    return ModelUsage(kind, provider, model, **more)


def amount(prices: Prices, usage: ModelUsage) -> Decimal | None:
    """Return the cost of one model's usage."""
    cost = cost_of(prices, usage)
    return cost.amount if cost else None


def tokens(**prices: str) -> dict[str, Any]:
    """Return an entry with prices per million."""
    return {"model": "m"} | {f"per_million_{name}": Decimal(p) for name, p in prices.items()}


def test_parts_of_the_input_have_prices_of_their_own() -> None:
    usage = used(
        input_tokens=1_000_000,
        cached_tokens=600_000,
        input_audio_tokens=800_000,
        cached_audio_tokens=500_000,
        output_tokens=100_000,
        output_audio_tokens=40_000,
    )
    prices = tokens(
        input_tokens="1",
        cached_input_tokens="0.1",
        input_audio_tokens="10",
        cached_input_audio_tokens="0.5",
        output_tokens="2",
        output_audio_tokens="20",
    )
    # 100,000 of text, 300,000 of audio, 100,000 of cached text, 500,000 of cached audio
    expected = Decimal("0.1") + 3 + Decimal("0.01") + Decimal("0.25") + Decimal("0.12")
    assert amount(priced(prices), usage) == expected + Decimal("0.8")
    assert amount(priced(tokens(input_tokens="1", output_tokens="2")), usage) == Decimal("1.2")
    no_cached_audio = tokens(input_tokens="1", cached_input_tokens="0.1", input_audio_tokens="10")
    assert amount(priced(no_cached_audio), usage) == Decimal("3.16"), "cached audio as cached text"
    no_cached = tokens(input_tokens="1", input_audio_tokens="10")
    assert amount(priced(no_cached), usage) == Decimal("8.2"), "cached audio as other audio"


def test_characters_minutes_and_requests() -> None:
    usage = used(
        characters=2_500, audio=timedelta(seconds=90), session=timedelta(minutes=4), requests=3
    )
    for name, expected in {
        "per_million_characters": Decimal("0.0025"),
        "per_minute_of_audio": Decimal("1.5"),
        "per_minute_of_session": Decimal(4),
        "per_request": Decimal(3),
    }.items():
        assert amount(priced({"model": "m", name: Decimal(1)}), usage) == expected, name


def test_sums_are_exact() -> None:
    prices = priced(tokens(input_tokens="0.1"))
    cost = total(prices, [used(input_tokens=1_000_000)] * 3)
    assert cost.money.amount == Decimal("0.3")


def test_what_was_used_needs_a_price() -> None:
    prices = priced({"model": "m", "per_million_characters": Decimal(1)})
    assert amount(prices, used(input_tokens=5)) is None
    assert amount(prices, used()) == 0, "nothing was used"
    assert amount(prices, used(input_tokens=5, characters=1_000_000)) == 1
    assert amount(prices, used("other", characters=5)) is None


@pytest.mark.parametrize(
    ("models", "usage", "expected"),
    [
        ([at("*", "1"), at("m-*", "2"), at("m-1", "3")], used("m-1", requests=1), "3"),
        ([at("m-*", "2"), at("*", "1"), at("m-1-*", "3")], used("m-1-x", requests=1), "3"),
        ([at("m", "1"), at("m", "2", provider="p")], used(requests=1), "2"),
        ([at("m", "1"), at("m", "2", provider="q")], used(requests=1), "1"),
        ([at("m", "1"), at("m", "2", kind="llm")], used(requests=1), "2"),
        ([at("m", "1"), at("m", "2", kind="tts")], used(requests=1), "1"),
        ([at("m", "1", kind="tts")], used(requests=1), None),
        ([at("m", "1", kind="llm"), at("m", "2", provider="p")], used(requests=1), "2"),
        ([at("m*", "1", provider="p"), at("m", "2")], used(requests=1), "2"),
        ([at("a*", "1"), at("*a", "2")], used("aa", requests=1), "1"),
        ([at("M", "1")], used(requests=1), None),
    ],
)
def test_the_most_specific_entry_wins(
    models: list[dict[str, Any]], usage: ModelUsage, expected: str | None
) -> None:
    assert amount(priced(*models), usage) == (Decimal(expected) if expected else None)


def test_a_sum_names_what_is_not_in_it() -> None:
    prices = priced(at("m", "1"))
    cost = total(prices, [used(requests=2), used("x", characters=1), used("x", TTS, characters=1)])
    assert cost == Cost(Money(Decimal(2), "EUR"), ("x",))
    assert str(cost) == "2.00 EUR, without x"
    unknown = total(prices, [used("x", characters=1), used("", characters=1)])
    assert not unknown.is_known
    assert str(unknown) == "no price for x, a model without a name"
    assert str(total(prices, [])) == "0.00 EUR"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("0", "0.00"),
        ("1234.5678", "1,234.57"),
        ("0.5", "0.50"),
        ("0.0123", "0.012"),
        ("0.00000012", "0.00000012"),
        ("0.000000001", "<0.00000001"),
    ],
)
def test_money_in_words(number: str, expected: str) -> None:
    assert str(Money(Decimal(number), "USD")) == f"{expected} USD"


@given(some.text("ab*", max_size=8), some.text("ab", max_size=8))
def test_patterns(pattern: str, text: str) -> None:
    expected = re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text) is not None
    assert _matches(pattern, text) == expected
