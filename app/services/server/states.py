"""The status of a service, and the terms of the overview's checks."""

from enum import StrEnum


class Reach(StrEnum):
    """Return whether a service works, as far as it can be determined from the dashboard."""

    REACHABLE = "reachable"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """How serious a finding is: something has failed, or it may fail or be misused."""

    FAILED = "failed"
    WARNING = "warning"


class Part(StrEnum):
    """A part of the server that the overview checks."""

    ROOMS = "rooms"
    CLOCK = "clock"
    EGRESS = "egress"
    INGRESS = "ingress"
    DISPATCHES = "dispatches"
    TRUNKS = "trunks"
    RULES = "rules"
    WEBHOOKS = "webhooks"
    WORKERS = "workers"


class Coverage(StrEnum):
    """How much of a part was checked."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    NONE = "none"
    NOT_SET_UP = "not_set_up"
