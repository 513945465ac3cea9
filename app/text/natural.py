"""The order in which people expect names: Guest 2 before Guest 10, upper and lower case alike."""

import re

NUMBER = re.compile("[0-9]+")


def natural(text: str) -> str:
    """Return the key to sort a name by: numbers compare by value, letters without their case.

    Each number gets its length before it, so that the longer one, which is larger, comes later.
    """
    return NUMBER.sub(_measured, text.casefold())


def _measured(match: re.Match[str]) -> str:
    digits = match[0].lstrip("0")
    return f"{len(digits):06}{digits}"
