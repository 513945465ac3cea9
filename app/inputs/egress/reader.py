"""Takes values out of a request, and remembers what LiveKit masked and what nobody took."""

from collections.abc import Iterator
from typing import Any

from app.services.livekit.redaction import HIDDEN, is_redacted

# What livekit-egress writes in place of an account name (protocol, egress/redact.go); other
# credentials are masked by the dashboard itself.
REPLACED = frozenset({"{account_name}"})


class Reader:
    """A request as JSON: `left` is what nobody took yet, `values` are the form's fields."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.left = request
        self.values: dict[str, Any] = {}
        self.missing: set[str] = set()

    def text(self, name: str, field: str) -> str:
        """Take a text for a field and return it; a masked one must be entered again."""
        return self.take(self.left, name, field)

    def take(self, source: dict[str, Any], name: str, field: str) -> str:
        """Take a text out of a part of the request."""
        value = str(source.pop(name, ""))
        if is_masked(value):
            self.missing.add(field)
            value = ""
        self.values[field] = value
        return value

    def flag(self, name: str) -> bool:
        """Take a switch and return it."""
        return bool(self.left.pop(name, False))

    def leftovers(self) -> Iterator[str]:
        """Return the path of each value that nobody took."""
        return _paths(self.left)


def is_masked(value: str) -> bool:
    """Return whether a value is not the one that the job was started with."""
    return HIDDEN in value or is_redacted(value) or value in REPLACED


def _paths(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _paths(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _paths(inner, f"{path}[{number}]")
    else:
        yield path
