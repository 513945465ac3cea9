"""Whether a part of the server can be reached."""

from enum import StrEnum


class Reach(StrEnum):
    """Whether a part of the server can be used, as far as it can be known from here."""

    REACHABLE = "reachable"
    ABSENT = "absent"
    UNKNOWN = "unknown"
