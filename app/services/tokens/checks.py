"""The checks of a token or webhook, and the verdict that follows from them."""

from dataclasses import dataclass

from app.services.tokens.states import Verdict

# Most important first.
WORST = (Verdict.BAD, Verdict.UNKNOWN, Verdict.NOTE)


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what it is about, its verdict, and why."""

    about: str
    verdict: Verdict
    text: str


def worst(checks: tuple[Check, ...]) -> Verdict:
    """Return the worst verdict; unknown counts as worse than a warning."""
    verdicts = {check.verdict for check in checks}
    return next((verdict for verdict in WORST if verdict in verdicts), Verdict.GOOD)
