"""The status of a service."""

from enum import StrEnum


class Reach(StrEnum):
    """Return whether a service works, as far as it can be determined from the dashboard."""

    REACHABLE = "reachable"
    ABSENT = "absent"
    UNKNOWN = "unknown"
