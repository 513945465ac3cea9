"""Clock skew: LiveKit rejects tokens if it is too large."""

from datetime import timedelta

from app.errors import LiveKitError
from app.services.server.attention.findings import Check, Finding, Problem, Target
from app.services.server.attention.snapshot import Snapshot
from app.services.server.attention.unread import Found, unread
from app.services.server.clock import LEEWAY, Clock
from app.services.server.states import Coverage, Part, Severity
from app.text.formatters import duration

NO_DATE = "the response has no Date header"


def check_clock(seen: Snapshot) -> Found:
    """Report a skew because of which LiveKit rejects tokens; smaller ones change nothing."""
    clock = seen.clock
    if isinstance(clock, LiveKitError):
        return unread(Part.CLOCK, clock, alone=False)
    if clock is None:
        return Check(Part.CLOCK, Coverage.NONE, NO_DATE), []
    if not (clock.refuses_all or clock.refuses_some):
        return Check(Part.CLOCK), []
    severity = Severity.FAILED if clock.refuses_all else Severity.WARNING
    # in whole minutes, because each measurement differs
    skew = duration(timedelta(minutes=round(clock.farthest / LEEWAY)))
    what = f"LiveKit's clock is {skew} {'ahead' if clock.ahead else 'behind'}"
    why = f"{_effect(clock)} Synchronize both clocks by NTP."
    return Check(Part.CLOCK), [Finding(severity, what, why, Target(Problem.CLOCK_SKEW))]


def _effect(clock: Clock) -> str:
    if not clock.refuses_all:
        return "Short-lived tokens are expired when they are created."
    state = "expired" if clock.ahead else "not valid yet"
    return f"LiveKit rejects every token of the dashboard as {state}."
