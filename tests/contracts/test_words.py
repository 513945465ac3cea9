"""The table of states and kinds: whole, and in words that fit a badge."""

from enum import StrEnum

import pytest

from app.labels.table import WORDS, word
from app.services.livekit import enums

KINDS = [
    kind
    for kind in vars(enums).values()
    if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
]


def test_every_kind_of_state_is_in_the_table() -> None:
    assert set(WORDS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_value_has_its_word(kind: type[StrEnum]) -> None:
    assert set(WORDS[kind]) == set(kind)
    for value in kind:
        said = word(value)
        assert said.label
        assert len(said.label) <= 15
        assert said.tone in {"", "ok", "warn", "bad"}
        assert said.meaning.endswith(".")
