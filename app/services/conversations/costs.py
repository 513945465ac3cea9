"""What conversations cost: their usage of models, at the prices that the settings have.

Nothing is estimated: a model without a price has no cost, and every sum names what is not in it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from app.config.prices import ModelPrice, Prices
from app.services.conversations.usage import ModelUsage, usage_of

MILLION = Decimal(1_000_000)
MICROSECOND = timedelta(microseconds=1)
MINUTE = 60 * MILLION  # in microseconds
FEWEST_PLACES, MOST_PLACES = 2, 8


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        """Return the amount with two decimals, or two significant figures of a smaller one."""
        places = FEWEST_PLACES
        if self.amount and self.amount < 1:
            places = min(max(FEWEST_PLACES, 1 - self.amount.adjusted()), MOST_PLACES)
        smallest = Decimal(1).scaleb(-places)
        if 0 < self.amount < smallest:
            return f"<{smallest:f} {self.currency}"
        return f"{self.amount:,.{places}f} {self.currency}"


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of some usage, without the models that have no price."""

    money: Money
    unpriced: Sequence[str] = ()

    @property
    def is_known(self) -> bool:
        """Return whether at least one model had a price, or none was used."""
        return bool(self.money.amount) or not self.unpriced

    @property
    def amount(self) -> float | None:
        """The amount as a plain number; None if no model that was used has a price."""
        return float(self.money.amount) if self.is_known else None

    @property
    def missing(self) -> str:
        """The models without a price, in words; empty if there are none."""
        return ", ".join(name or "a model without a name" for name in self.unpriced)

    def __str__(self) -> str:
        """Return the sum, and what it is without."""
        if not self.unpriced:
            return str(self.money)
        missing = self.missing
        return f"{self.money}, without {missing}" if self.is_known else f"no price for {missing}"


def cost_of(prices: Prices, used: ModelUsage) -> Money | None:
    """Return what a model's usage costs; None if no price says so."""
    price = _price_of(prices, used.model, used.provider, str(used.kind))
    if price is None:
        return None
    amounts = [(number, each) for number, each in _units(price, used) if number]
    if amounts and all(each is None for _, each in amounts):
        return None  # what was used of it has no price
    amount = sum((number * each for number, each in amounts if each is not None), Decimal())
    return Money(amount, prices.currency)


def total(prices: Prices, usage: Iterable[ModelUsage]) -> Cost:
    """Return the cost of all usage; each model without a price is named once."""
    amount, unpriced = Decimal(), dict[str, None]()
    for used in usage:
        cost = cost_of(prices, used)
        if cost is None:
            unpriced[used.model] = None
        else:
            amount += cost.amount
    return Cost(Money(amount, prices.currency), tuple(unpriced))


async def of_jobs(
    connection: AsyncConnection, server: str, jobs: Sequence[str], prices: Prices | None
) -> Mapping[str, Cost]:
    """Return the cost of each conversation that reported usage; nothing without prices."""
    if prices is None:
        return {}
    usage = await usage_of(connection, server, jobs)
    return {job: total(prices, found) for job, found in usage.items()}


def _units(price: ModelPrice, used: ModelUsage) -> Iterator[tuple[Decimal, Decimal | None]]:
    """Yield how much was used of each unit, and the price of one."""
    text_in = price.per_million_input_tokens
    audio_in = _first(price.per_million_input_audio_tokens, text_in)
    cached = _first(price.per_million_cached_input_tokens, text_in)
    cached_audio = _first(
        price.per_million_cached_input_audio_tokens,
        price.per_million_cached_input_tokens,
        audio_in,
    )
    text_out = price.per_million_output_tokens
    both = used.cached_audio_tokens
    audio, in_cache = used.input_audio_tokens - both, used.cached_tokens - both
    millions = (
        (max(0, used.input_tokens - audio - in_cache - both), text_in),
        (max(0, audio), audio_in),
        (max(0, in_cache), cached),
        (both, cached_audio),
        (max(0, used.output_tokens - used.output_audio_tokens), text_out),
        (used.output_audio_tokens, _first(price.per_million_output_audio_tokens, text_out)),
        (used.characters, price.per_million_characters),
    )
    for number, each in millions:
        yield Decimal(number) / MILLION, each
    for span, each in (
        (used.audio, price.per_minute_of_audio),
        (used.session, price.per_minute_of_session),
    ):
        yield Decimal(span // MICROSECOND) / MINUTE, each
    yield Decimal(used.requests), price.per_request


def _first(*prices: Decimal | None) -> Decimal | None:
    return next((price for price in prices if price is not None), None)


def _price_of(prices: Prices, model: str, provider: str, kind: str) -> ModelPrice | None:
    """Return the most specific entry that matches; of equal ones, the first."""
    matching = [
        price
        for price in prices.models
        if price.provider in {None, provider}
        and price.kind in {None, kind}
        and _matches(price.model, model)
    ]
    return max(matching, key=_specific, default=None)


def _specific(price: ModelPrice) -> tuple[bool, int, bool, bool]:
    exact = "*" not in price.model
    literal = len(price.model.replace("*", ""))
    return exact, literal, price.provider is not None, price.kind is not None


def _matches(pattern: str, text: str) -> bool:
    """Return whether a text is a pattern in which `*` stands for any characters."""
    first, *others = pattern.split("*")
    if not others:
        return text == pattern
    *middle, last = others
    if not text.startswith(first):
        return False
    place = len(first)
    for part in middle:
        place = text.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return text.endswith(last) and len(text) - len(last) >= place
