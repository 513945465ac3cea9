"""What a check of a token says."""

from enum import StrEnum


class Verdict(StrEnum):
    """What a look at one side of something came to."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"
    UNKNOWN = "unknown"
