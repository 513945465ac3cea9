"""Parts that couldn't be read: not set up, or failed."""

from app.errors import LiveKitError, Unsupported
from app.services.server.attention.findings import Check, Finding, Problem, Target
from app.services.server.states import Coverage, Part, Severity

Found = tuple[Check, list[Finding]]
LONGEST = 240  # characters of a reason
# The parts whose failure is a problem of its own; that of the rooms is the page's.
NAMES = {
    Part.EGRESS: "Egress",
    Part.INGRESS: "Ingress",
    Part.TRUNKS: "Inbound trunks",
    Part.RULES: "Dispatch rules",
}


def unread(part: Part, error: LiveKitError, *, alone: bool) -> Found:
    """Return that a part isn't set up, or that its call failed.

    If it failed `alone`, and not with all of LiveKit, that is a finding too.
    """
    if isinstance(error, Unsupported):
        return Check(part, Coverage.NOT_SET_UP, error.advice.rstrip(".")), []
    check = Check(part, Coverage.NONE, error.title)
    if not alone or part not in NAMES:
        return check, []
    finding = Finding(
        Severity.FAILED,
        f"{NAMES[part]} couldn't be checked",
        cut(f"{error.title}: {error.reason}"),
        Target(Problem.UNAVAILABLE, part),
    )
    return check, [finding]


def cut(text: str) -> str:
    """Return a text, or its beginning if it is too long for a line."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
