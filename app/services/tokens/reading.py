"""Reading a token somebody pasted: what it says, and whether it is valid, as LiveKit judges it.

LiveKit's own rules: protocol, auth/verifier.go, with golang-jwt v5; tried out on 1.13.5.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from jwt.algorithms import HMACAlgorithm

from app.config.settings import Settings
from app.services.livekit.clock import LEEWAY
from app.services.tokens.claims import (
    Claims,
    NoTokenError,
    as_read,
    misread,
    seconds,
    short,
    taken_apart,
)
from app.services.tokens.states import Verdict
from app.text.formatters import duration

# A clock that is off is off by minutes; by more, and it is more likely an old token.
SKEW = timedelta(hours=1)
WORST = (Verdict.BAD, Verdict.UNKNOWN, Verdict.NOTE)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and what came of it."""

    about: str
    verdict: Verdict
    said: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A token laid open: `written` is what stands in it, `claims` the same as LiveKit reads it.

    All are empty where it is no token.
    """

    checks: tuple[Check, ...]
    header: Claims = field(default_factory=dict)
    written: Claims = field(default_factory=dict)
    claims: Claims = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """The worst of the checks."""
        return worst(self.checks)


def worst(checks: tuple[Check, ...]) -> Verdict:
    """Give the worst verdict; what is not known goes before what is to be noted."""
    found = {check.verdict for check in checks}
    return next((verdict for verdict in WORST if verdict in found), Verdict.GOOD)


def trimmed(text: str) -> str:
    """Give what was pasted without what often comes with it: white space, quotes, `Bearer`."""
    return "".join(text.split()).strip("\"'`,;").removeprefix("Bearer")


def read(settings: Settings, text: str, now: float | None = None) -> Reading:
    """Read `text` and check it, as of `now` in seconds since 1970."""
    try:
        header, written, signature = taken_apart(text)
    except NoTokenError as error:
        return Reading((Check("Form", Verdict.BAD, str(error)),))
    claims, odd = as_read(written)
    checks = [
        Check("Form", Verdict.GOOD, "A JWT of three parts."),
        _algorithm(header),
        _key(claims, settings),
        _signature(text, header, claims, signature, settings),
        *_expiry(claims, now or time.time()),
        *_beginning(claims, now or time.time()),
        *(Check(f"Claim {name}", Verdict.NOTE, "LiveKit reads it in any case.") for name in odd),
    ]
    for path, what in misread(claims):
        said = f"It must be {what}. LiveKit cannot read the token so."
        checks.append(Check(f"Claim {path}", Verdict.BAD, said))
    return Reading(tuple(checks), header, written, claims)


def _algorithm(header: Claims) -> Check:
    algorithm = header.get("alg")
    if algorithm == "HS256":
        return Check("Algorithm", Verdict.GOOD, "HS256, the only one that LiveKit takes.")
    if isinstance(algorithm, str) and algorithm.lower() == "none":
        said = "none: nobody signed it, and anybody can have written it."
    else:
        said = f"{short(algorithm)}." if algorithm is not None else "It names none."
    return Check("Algorithm", Verdict.BAD, f"{said} LiveKit takes HS256 only.")


def _key(claims: Claims, settings: Settings) -> Check:
    issuer = claims.get("iss")
    if issuer == settings.livekit_api_key:
        return Check("API key", Verdict.GOOD, f"{issuer}, the key of this dashboard.")
    if not isinstance(issuer, str) or not issuer:
        return Check("API key", Verdict.BAD, "It names none (iss), so LiveKit finds no secret.")
    said = f"{short(issuer)} is not the key of this dashboard, {settings.livekit_api_key}."
    return Check("API key", Verdict.UNKNOWN, f"{said} The server may know it, or may not.")


def _signature(
    text: str, header: Claims, claims: Claims, signature: bytes, settings: Settings
) -> Check:
    if not signature:
        return Check("Signature", Verdict.BAD, "There is none.")
    if header.get("alg") != "HS256":
        return Check("Signature", Verdict.BAD, "Not one that LiveKit checks.")
    signed = text.rpartition(".")[0].encode()
    key = settings.livekit_api_secret.get_secret_value().encode()
    if HMACAlgorithm(HMACAlgorithm.SHA256).verify(signed, key, signature):
        return Check("Signature", Verdict.GOOD, "Made with this dashboard's API secret.")
    if claims.get("iss") == settings.livekit_api_key:
        said = "Wrong: made with another secret, or the token was changed or cut afterwards."
        return Check("Signature", Verdict.BAD, said)
    said = "It cannot be checked: the secret of that key is not known here."
    return Check("Signature", Verdict.UNKNOWN, said)


def _expiry(claims: Claims, now: float) -> Iterator[Check]:
    """Judge exp, with LiveKit's minute to spare."""
    if claims.get("exp") is None:
        said = "It has none (exp): LiveKit takes it for ever. The SDKs' own verifiers refuse it."
        yield Check("Expiry", Verdict.NOTE, said)
        return
    ends = seconds(claims, "exp")
    if ends is None:
        yield Check("Expiry", Verdict.BAD, f"{short(claims['exp'])} is no time (exp).")
        return
    past = now - ends
    if past >= LEEWAY.total_seconds():
        yield Check("Expiry", Verdict.BAD, f"Expired {_span(past)} ago, {_at(ends)}.")
    elif past >= 0:
        said = f"Expired {_span(past)} ago; LiveKit takes it for a minute more."
        yield Check("Expiry", Verdict.NOTE, said)
    else:
        yield Check("Expiry", Verdict.GOOD, f"Valid for {_span(-past)}, until {_at(ends)}.")


def _beginning(claims: Claims, now: float) -> Iterator[Check]:
    """Judge nbf, with LiveKit's minute to spare; iat it does not look at."""
    if claims.get("nbf") is None:
        return
    begins = seconds(claims, "nbf")
    if begins is None:
        yield Check("Not before", Verdict.BAD, f"{short(claims['nbf'])} is no time (nbf).")
        return
    early = begins - now
    if early <= 0:
        yield Check("Not before", Verdict.GOOD, f"Valid since {_at(begins)}.")
        return
    said = f"Not valid for {_span(early)} yet, until {_at(begins)}."
    if early < SKEW.total_seconds():
        said += " If it was made just now, the clock of who made it is ahead by so much."
    if early <= LEEWAY.total_seconds():
        yield Check("Not before", Verdict.NOTE, f"{said} LiveKit forgives a minute.")
    else:
        yield Check("Not before", Verdict.BAD, said)


def _moment(when: float | None) -> datetime | None:
    try:
        return None if when is None else datetime.fromtimestamp(when, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _at(when: float) -> str:
    moment = _moment(when)
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "a day that no calendar has"


def _span(length: float) -> str:
    try:
        return duration(timedelta(seconds=length))
    except OverflowError:
        return "more days than a calendar has"
