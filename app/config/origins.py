"""Where each setting in force comes from."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any


class Origin(StrEnum):
    """The source of a setting's value."""

    GIVEN = "given"  # by the program that creates the dashboard, as tests do
    FILE = "file"
    ENVIRONMENT = "environment"
    DOTENV = "dotenv"
    DEFAULT = "default"


def origins(
    sources: Mapping[Origin, Mapping[str, Any]], fields: Collection[str]
) -> dict[str, Origin]:
    """Return the first of the `sources` that has each field; fields at their default are left out.

    The sources are in order of precedence.
    """
    first: dict[str, Origin] = {}
    for origin, values in sources.items():
        for name in values.keys() & set(fields):
            first.setdefault(name, origin)
    return first
