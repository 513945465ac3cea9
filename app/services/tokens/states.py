"""The verdict of a check."""

from enum import StrEnum


class Verdict(StrEnum):
    """The result of one check."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"
    UNKNOWN = "unknown"
