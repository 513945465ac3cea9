"""What usage counts."""

from enum import StrEnum


class Measure(StrEnum):
    """A figure of usage; each is a sum, except for those in LARGEST.

    Labels divide a figure: by kind of participant, by reason, by result.
    """

    SESSIONS = "sessions"  # that started
    DURATION = "duration"  # sessions that ended, by the step of their duration
    LONGEST = "longest"  # microseconds, of a session that ended
    JOINS = "joins"  # connections, by kind
    FAILED_JOINS = "failed_joins"  # by kind
    PARTICIPATION = "participation"  # microseconds of connections, by kind
    PEAK = "peak"  # most people at one moment
    LEFT = "left"  # by kind and reason
    AGENT_SESSIONS = "agent_sessions"  # agents that joined
    EGRESS = "egress"  # microseconds, by type
    EGRESS_ENDED = "egress_ended"  # by status
    EGRESS_FAILED = "egress_failed"  # by reason
    INGRESS = "ingress"  # microseconds, by input
    INGRESS_FAILED = "ingress_failed"  # by reason
    CALLS = "calls"  # that ended, by direction and result


LARGEST = frozenset({Measure.PEAK, Measure.LONGEST})
TIMES = frozenset({Measure.PARTICIPATION, Measure.EGRESS, Measure.INGRESS, Measure.LONGEST})
MICRO = 1_000_000  # in a second

SEPARATOR = "/"  # between two parts of a label; neither contains it
GROWTH = 1.05  # from one step of a duration to the next: a percentile is off by 2.5 % at most
