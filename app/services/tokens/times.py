"""When a token is valid: its exp and nbf claims, by LiveKit's rules."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from app.services.server.clock import LEEWAY
from app.services.tokens.checks import Check
from app.services.tokens.claims import Claims, seconds, short
from app.services.tokens.states import Verdict
from app.text.formatters import duration

# A wrong clock is off by minutes; by more, the token is more likely an old one.
SKEW = timedelta(hours=1)
# Seconds: 100,000,000,000 is in the year 5138, or in March 1973 when read as milliseconds.
SMALLER_UNITS = ((1e17, "nanoseconds"), (1e14, "microseconds"), (1e11, "milliseconds"))


def expiry(claims: Claims, now: float) -> Iterator[Check]:
    """Judge exp, with the minute of leeway that LiveKit allows."""
    if claims.get("exp") is None:
        text = "None (exp): LiveKit accepts the token forever. The SDKs' own verifiers reject it."
        yield Check("Expiry", Verdict.NOTE, text)
        return
    ends = seconds(claims, "exp")
    if ends is None:
        text = f"{short(claims['exp'])} isn't a valid time (exp)."
        yield Check("Expiry", Verdict.BAD, text)
        return
    past, unit = now - ends, _unit(ends, "exp")
    if past >= LEEWAY.total_seconds():
        yield Check("Expiry", Verdict.BAD, f"Expired {_span(past)} ago, {_at(ends)}.")
    elif past >= 0:
        text = f"Expired {_span(past)} ago; LiveKit accepts it for one minute longer."
        yield Check("Expiry", Verdict.NOTE, text)
    else:
        text = f"Valid for {_span(-past)}, until {_at(ends)}."
        yield Check("Expiry", Verdict.NOTE if unit else Verdict.GOOD, f"{text}{unit}")


def not_before(claims: Claims, now: float) -> Iterator[Check]:
    """Judge nbf, with the minute of leeway that LiveKit allows; LiveKit ignores iat."""
    if claims.get("nbf") is None:
        return
    begins = seconds(claims, "nbf")
    if begins is None:
        text = f"{short(claims['nbf'])} isn't a valid time (nbf)."
        yield Check("Not before", Verdict.BAD, text)
        return
    early = begins - now
    if early <= 0:
        yield Check("Not before", Verdict.GOOD, f"Valid since {_at(begins)}.")
        return
    text = f"Not valid for another {_span(early)}, until {_at(begins)}.{_unit(begins, 'nbf')}"
    if early < SKEW.total_seconds():
        text += " If it was signed just now, the signer's clock is ahead by that much."
    if early <= LEEWAY.total_seconds():
        yield Check("Not before", Verdict.NOTE, f"{text} LiveKit tolerates one minute.")
    else:
        yield Check("Not before", Verdict.BAD, text)


def _unit(moment: float, claim: str) -> str:
    """Name the unit that a time was probably given in, if it is not seconds."""
    unit = next((name for least, name in SMALLER_UNITS if moment > least), "")
    return f" {claim} looks like {unit}; a JWT counts seconds." if unit else ""


def _at(moment: float) -> str:
    try:
        return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError, OSError):
        return "a date after the year 9999" if moment > 0 else "a date before the year 1"


def _span(length: float) -> str:
    try:
        return duration(timedelta(seconds=length))
    except OverflowError:
        return "more than 999,999,999 days"
