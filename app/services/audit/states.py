"""How an act can end."""

from enum import StrEnum


class Outcome(StrEnum):
    """The outcome of an act."""

    ATTEMPTED = "attempted"  # allowed, and about to begin
    DONE = "done"
    REFUSED = "refused"  # by a guard, a check of the form, or LiveKit
    FAILED = "failed"
    UNKNOWN = "unknown"  # LiveKit may have done it, but its answer was lost
    INTERRUPTED = "interrupted"  # the request ended before the act did
