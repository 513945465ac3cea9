"""The states that LiveKit tells as numbers, by name; `unknown` is one newer than this build."""

from typing import Any


def name_of(enum: Any, number: int) -> str:
    """Give the name that a protobuf enum has for a number; the number if it is newer."""
    try:
        return str(enum.Name(number))
    except ValueError:
        return str(number)
