"""MODEL_PRICES: what a file of prices may contain, and what is said of any other."""

import pickle
from decimal import Decimal
from pathlib import Path

import pytest

from app.config.prices import KINDS, PRICES, ModelPrice
from app.config.settings import load_settings
from app.config.sources import SettingsError
from app.services.conversations.states import ModelKind

Monkey = pytest.MonkeyPatch
EUR = 'currency = "EUR"\n'
MODEL = '[[model]]\nmodel = "small"\n'
SMALL = EUR + MODEL + "per_request = 1\n"
OF_SMALL = 'model "small": '
EVERYTHING = (
    EUR + MODEL + 'provider = "p"\nkind = "llm"\n' + "".join(f"{n} = 0.1\n" for n in PRICES)
)
WRONG: dict[str, tuple[str, str]] = {
    "no TOML": ("[[model]\n", "is not valid TOML: "),
    "a number that is too long": (f"a = {'9' * 5000}\n", "is not valid TOML: "),
    "nothing": (EUR, "contains no [[model]] table"),
    "one table": (EUR + '[model]\nmodel = "a"\n', "contains no [[model]] table"),
    "another table": (SMALL + "[prices]\n", "prices: unknown; only currency and [[model]] tables"),
    "no currency": (
        SMALL.removeprefix(EUR),
        'currency: missing; set it to a code of three letters, such as "USD"',
    ),
    "a sign as currency": (
        SMALL.replace("EUR", "€"),
        'currency: must be a code of three letters, such as "USD"',
    ),
    "no model": (EUR + "[[model]]\nper_request = 1\n", "model 1: model: missing"),
    "empty model": (SMALL.replace("small", ""), "model 1: model: missing"),
    "no price": (EUR + MODEL, f"{OF_SMALL}has no price: set per_million_input_tokens, "),
    "misspelled": (
        SMALL + "per_milion_characters = 2\n",
        f"{OF_SMALL}per_milion_characters: unknown; did you mean per_million_characters?",
    ),
    "unknown": (SMALL + "zzz = 1\n", f"{OF_SMALL}zzz: unknown"),
    "text as price": (
        SMALL.replace("= 1", '= "1"'),
        f"{OF_SMALL}per_request: must be a number, such as 0.15",
    ),
    "switch as price": (
        SMALL.replace("= 1", "= true"),
        f"{OF_SMALL}per_request: must be a number, such as 0.15",
    ),
    "not a number": (
        SMALL.replace("= 1", "= nan"),
        f"{OF_SMALL}per_request: must be a number, such as 0.15",
    ),
    "negative": (
        SMALL.replace("= 1", "= -0.1"),
        f"{OF_SMALL}per_request: must be between 0 and 1,000,000",
    ),
    "endless": (
        SMALL.replace("= 1", "= inf"),
        f"{OF_SMALL}per_request: must be a number, such as 0.15",
    ),
    "too exact": (
        SMALL.replace("= 1", "= 1e-13"),
        f"{OF_SMALL}per_request: can't have more than 12 decimal places",
    ),
    "another kind": (
        SMALL + 'kind = "vision"\n',
        f"{OF_SMALL}kind: must be one of llm, stt, tts, interruption, eot",
    ),
    "the same model": (
        SMALL + MODEL + "per_request = 2\n",
        f"{OF_SMALL}another entry has the same model, provider and kind",
    ),
    "too many": (
        EUR + "".join(f'[[model]]\nmodel = "{n}"\nper_request = 1\n' for n in range(201)),
        "has 201 [[model]] tables; at most 200 are read",
    ),
}


def given_file(monkeypatch: Monkey, folder: Path, text: str) -> Path:
    """Put the text into a file that the environment names."""
    path = folder / "prices.toml"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("MODEL_PRICES_FILE", str(path))
    return path


def test_every_price(given: Monkey, bare: Path) -> None:
    given_file(given, bare, EVERYTHING + '[[model]]\nmodel = "small"\nper_request = 2\n')
    settings = load_settings()
    prices = settings.model_prices
    assert prices is not None
    assert str(prices) == "2 prices in EUR"
    first, second = prices.models
    assert first.model_fields_set == set(ModelPrice.model_fields), "each field is read"
    assert {getattr(first, name) for name in PRICES} == {Decimal("0.1")}, "exactly, not as a float"
    assert second.per_request == Decimal(2)
    for_a_worker = pickle.loads(pickle.dumps(settings))  # noqa: S301
    assert for_a_worker.model_prices == prices


def test_the_kinds_are_those_of_usage() -> None:
    assert set(KINDS) == {kind.value for kind in ModelKind}


def test_without_it_nothing_has_a_price(given: Monkey, bare: Path) -> None:
    assert load_settings().model_prices is None


@pytest.mark.parametrize("case", WRONG)
def test_a_problem_names_file_model_and_field(given: Monkey, bare: Path, case: str) -> None:
    text, expected = WRONG[case]
    path = given_file(given, bare, text)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    (line,) = refused.value.lines
    assert line.startswith(f"MODEL_PRICES: {path}: {expected}"), line


def test_every_problem_has_a_line(given: Monkey, bare: Path) -> None:
    given.setenv("MODEL_PRICES", "a = 1\n" + MODEL + "zzz = 1\n" + '[[model]]\nmodel = "b"\n')
    with pytest.raises(SettingsError) as refused:
        load_settings()
    lines = [line.partition("MODEL_PRICES: ")[2] for line in refused.value.lines]
    assert [line.partition(":")[0] for line in lines] == [
        "a",
        "currency",
        'model "b"',
        'model "small"',
    ]
