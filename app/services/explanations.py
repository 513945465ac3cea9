"""What a worker's error means, and what to do about it."""

import re
from collections.abc import Iterable
from typing import NamedTuple


class Explanation(NamedTuple):
    """What an error means, and what to do about it."""

    meaning: str
    advice: str


Explanations = tuple[tuple[str, Explanation], ...]


def table(rows: Iterable[tuple[str, str, str]]) -> Explanations:
    """Build a table from patterns, in lower case, each with its meaning and advice."""
    return tuple((pattern, Explanation(meaning, advice)) for pattern, meaning, advice in rows)


def look_up(explanations: Explanations, error: str) -> Explanation | None:
    """Return the explanation of the first pattern that the error contains."""
    lower = error.lower()
    return next((known for pattern, known in explanations if re.search(pattern, lower)), None)
