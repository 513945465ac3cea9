"""The table of statuses and types is complete, and its labels fit a badge."""

from enum import StrEnum
from importlib import import_module

import pytest

from app.labels.table import LABELS, label_of
from tests.contracts.tree import module_name, python_files

STATES = [module_name(path) for path in python_files("app/services") if path.name == "states.py"]
KINDS = [
    kind
    for module in map(import_module, STATES)
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
]


def test_every_kind_of_state_is_in_the_table() -> None:
    assert len(STATES) >= 7
    assert set(LABELS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_value_has_its_label(kind: type[StrEnum]) -> None:
    assert set(LABELS[kind]) == set(kind)
    for value in kind:
        label = label_of(value)
        assert label.text
        assert len(label.text) <= 15
        assert label.tone in {"", "ok", "warn", "bad"}
        assert label.meaning.endswith(".")
