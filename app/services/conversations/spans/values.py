"""Attributes as a page shows them: JSON indented, and all of it bounded."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.services.conversations.attributes import as_json
from app.text.json_text import pretty

MOST = 200  # attributes
LONGEST = 10_000  # characters of one
ALL = 200_000  # characters of all
LINE = 60  # characters; what is longer is a block of its own


@dataclass(frozen=True, slots=True)
class Value:
    """An attribute; `left_out` counts characters that are not shown."""

    name: str
    text: str
    left_out: int = 0

    @property
    def is_block(self) -> bool:
        """Return whether it is shown as lines of their own."""
        return "\n" in self.text or len(self.text) > LINE


def written(attributes: Mapping[str, Any]) -> Sequence[Value]:
    """Return attributes in the order of their names; of many, the first ones."""
    values = []
    left = ALL
    for name in sorted(attributes)[:MOST]:
        text = pretty(_text(attributes[name]))
        most = min(LONGEST, left)
        values.append(Value(name[:LONGEST], text[:most], max(0, len(text) - most)))
        left -= len(values[-1].text)
    return values


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if math.isfinite(value):
            return f"{value:.10g}"
        case int() | float():
            return str(value)
        case _:
            return as_json(value)
