"""MODEL_PRICES: what the models that agents use cost, so that usage can be shown as money.

The text is TOML, usually in the file that MODEL_PRICES_FILE names. Nothing is known of a model
that isn't in it: it has usage, and no cost.
"""

import json
import tomllib
from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode

from app.config import tables
from app.config.sources import environment

LARGEST = Decimal(1_000_000)
MOST_PLACES = 12  # after the decimal point
MOST = 200  # entries
NUMBER = "must be a number, such as 0.15"
KINDS = ("llm", "stt", "tts", "interruption", "eot")  # livekit-agents, ModelUsage


def _price(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(NUMBER)
    price = Decimal(value)
    if not price.is_finite():
        raise ValueError(NUMBER)
    if not 0 <= price <= LARGEST:
        raise ValueError(f"must be between 0 and {LARGEST:,}")
    if price != round(price, MOST_PLACES):
        raise ValueError(f"can't have more than {MOST_PLACES} decimal places")
    return price


def _kind(value: str) -> str:
    if value not in KINDS:
        raise ValueError(f"must be one of {', '.join(KINDS)}")
    return value


def _currency(value: object) -> str:
    if value is None:
        raise ValueError('missing; set it to a code of three letters, such as "USD"')
    if not (isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha()):
        raise ValueError('must be a code of three letters, such as "USD"')
    return value.upper()


Price = Annotated[Decimal, BeforeValidator(_price)]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class ModelPrice(BaseModel):
    """What one model costs, or all that a pattern with `*` matches.

    Cached and audio tokens without a price of their own cost as much as other tokens: see
    app/services/conversations/costs.py.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    model: Name
    provider: Name | None = None
    kind: Annotated[str, AfterValidator(_kind)] | None = None
    per_million_input_tokens: Price | None = None
    per_million_cached_input_tokens: Price | None = None
    per_million_input_audio_tokens: Price | None = None
    per_million_cached_input_audio_tokens: Price | None = None
    per_million_output_tokens: Price | None = None
    per_million_output_audio_tokens: Price | None = None
    per_million_characters: Price | None = None
    per_minute_of_audio: Price | None = None
    per_minute_of_session: Price | None = None
    per_request: Price | None = None

    @model_validator(mode="after")
    def _with_a_price(self) -> "ModelPrice":
        if all(getattr(self, name) is None for name in PRICES):
            raise ValueError(f"has no price: set {', '.join(PRICES[:-1])} or {PRICES[-1]}")
        return self

    @property
    def key(self) -> tuple[str, str | None, str | None]:
        """What the price is for, which no other entry may have."""
        return self.model, self.provider, self.kind


PRICES = tuple(name for name in ModelPrice.model_fields if name.startswith("per_"))


class Prices(BaseModel):
    """The prices of models, in one currency, in the order of the file."""

    model_config = ConfigDict(frozen=True)

    currency: str
    models: tuple[ModelPrice, ...]

    def __str__(self) -> str:
        """Return how many there are, and in which currency."""
        prices = "1 price" if len(self.models) == 1 else f"{len(self.models)} prices"
        return f"{prices} in {self.currency}"


def read(value: object) -> object:
    """Return the prices of a TOML text; anything but a text is returned unchanged.

    Raises ValueError with one line for each problem: file, model and field.
    """
    if not isinstance(value, str):
        return value
    prices, problems = _parsed(value)
    if problems:
        path = environment().get("MODEL_PRICES_FILE")
        raise ValueError("\n".join(f"{path}: {line}" if path else line for line in problems))
    return prices


def _parsed(text: str) -> tuple[Prices | None, list[str]]:
    try:
        top = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, InvalidOperation, RecursionError) as error:
        return None, [f"is not valid TOML: {error}"]
    problems: list[str] = []
    currency = ""
    try:
        currency = _currency(top.pop("currency", None))
    except ValueError as error:
        problems.append(f"currency: {error}")
    listed = top.pop("model", None)
    problems += [f"{key}: unknown; only currency and [[model]] tables are read" for key in top]
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        return None, [*problems, "contains no [[model]] table"]
    if len(listed) > MOST:
        return None, [*problems, f"has {len(listed):,} [[model]] tables; at most {MOST:,} are read"]
    models: list[ModelPrice] = []
    for number, table in enumerate(listed, 1):
        name = table.get("model")
        label = f"model {json.dumps(name) if isinstance(name, str) and name else number}"
        try:
            model = ModelPrice.model_validate(table)
        except ValidationError as error:
            problems += [
                f"{label}: {line}" for line in tables.lines(error, table, ModelPrice.model_fields)
            ]
            continue
        if any(model.key == before.key for before in models):
            problems.append(f"{label}: another entry has the same model, provider and kind")
        models.append(model)
    return None if problems else Prices(currency=currency, models=tuple(models)), problems


class PriceSettings(BaseSettings):
    """What models cost; without it there is usage, and no cost."""

    model_prices: Annotated[Prices | None, NoDecode, BeforeValidator(read)] = None
