"""Tables of a TOML text that is a setting: what is wrong with one, in words."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError


def lines(
    error: ValidationError, table: Mapping[str, Any], fields: Collection[str]
) -> Iterator[str]:
    """Yield a line for each problem of a table: the field, and what is wrong, never a value."""
    known = [name for name in fields if name not in table]
    for problem in error.errors(include_input=False, include_url=False):
        field = ".".join(map(str, problem["loc"]))
        yield f"{field}: {_message(problem, field, known)}" if field else _plain(problem["msg"])


def _message(problem: Any, field: str, known: Sequence[str]) -> str:
    if problem["type"] in {"missing", "string_too_short"}:
        return "missing"
    if problem["type"] == "extra_forbidden":
        close = get_close_matches(field, known, 1)
        return f"unknown; did you mean {close[0]}?" if close else "unknown"
    return _plain(problem["msg"])


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")
