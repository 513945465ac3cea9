"""Read a pasted token: its claims, and whether it is valid by LiveKit's own rules.

Rules: protocol, auth/verifier.go, with golang-jwt v5; compared with livekit-server.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from jwt.algorithms import HMACAlgorithm

from app.config.settings import Settings
from app.services.tokens import times
from app.services.tokens.checks import Check, worst
from app.services.tokens.claims import (
    Claims,
    NoTokenError,
    as_read,
    decoded,
    misread,
    short,
)
from app.services.tokens.finding import FoundToken, find
from app.services.tokens.states import Verdict
from app.services.tokens.unread import ignored


@dataclass(frozen=True, slots=True)
class Reading:
    """A decoded token: its claims as `written`, and as LiveKit reads them (`claims`).

    Both are empty if it isn't a JWT; `token` is empty if the text doesn't have exactly one.
    """

    checks: tuple[Check, ...]
    header: Claims = field(default_factory=dict)
    written: Claims = field(default_factory=dict)
    claims: Claims = field(default_factory=dict)
    token: str = ""

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of the checks."""
        return worst(self.checks)


def read_pasted(settings: Settings, text: str, now: float | None = None) -> Reading:
    """Find the one token in a pasted text, decode it and check it."""
    try:
        found = find(text)
    except NoTokenError as error:
        return Reading((Check("Format", Verdict.UNKNOWN, str(error)),))
    return read(settings, found, now)


def read(settings: Settings, found: FoundToken, now: float | None = None) -> Reading:
    """Decode a token and check it, as of `now` in seconds since 1970."""
    text, now = found.text, time.time() if now is None else now
    try:
        header, written, signature = decoded(text)
    except NoTokenError as error:
        return Reading((Check("Format", Verdict.BAD, str(error)),), token=text)
    claims, recased = as_read(written)
    checks = [
        _format(found),
        _algorithm(header),
        _key(claims, settings),
        _signature(text, header, claims, signature, settings),
        *times.expiry(claims, now),
        *times.not_before(claims, now),
        *_claims(claims, recased),
    ]
    return Reading(tuple(checks), header, written, claims, text)


def _format(found: FoundToken) -> Check:
    taken = f" It was taken from {found.where}." if found.where else ""
    return Check("Format", Verdict.GOOD, f"A JWT with three parts.{taken}")


def _claims(claims: Claims, recased: list[str]) -> Iterator[Check]:
    """Judge the claims that LiveKit reads in any case, ignores, or cannot read."""
    for name in recased:
        text = "Written in another case; LiveKit ignores the case."
        yield Check(f"Claim {name}", Verdict.NOTE, text)
    for path, meant in ignored(claims):
        hint = f" Did you mean {meant}?" if meant else ""
        yield Check(f"Claim {path}", Verdict.NOTE, f"LiveKit ignores it.{hint}")
    for path, what in misread(claims):
        text = f"It must be {what}. LiveKit rejects the token."
        yield Check(f"Claim {path}", Verdict.BAD, text)


def _algorithm(header: Claims) -> Check:
    algorithm = header.get("alg")
    if algorithm == "HS256":
        return Check("Algorithm", Verdict.GOOD, "HS256, the only one that LiveKit accepts.")
    if isinstance(algorithm, str) and algorithm.lower() == "none":
        text = "none: the token is unsigned, so anyone could have written it."
    else:
        text = f"{short(algorithm)}." if algorithm is not None else "The header names none."
    return Check("Algorithm", Verdict.BAD, f"{text} LiveKit accepts only HS256.")


def _key(claims: Claims, settings: Settings) -> Check:
    issuer = claims.get("iss")
    if issuer == settings.livekit_api_key:
        return Check("API key", Verdict.GOOD, f"{issuer}, the dashboard's key.")
    if not isinstance(issuer, str) or not issuer:
        text = "The token names no key (iss), so LiveKit cannot look up its secret."
        return Check("API key", Verdict.BAD, text)
    text = f"{short(issuer)} is not the dashboard's key, {settings.livekit_api_key}."
    return Check("API key", Verdict.UNKNOWN, f"{text} The server may or may not have it.")


def _signature(
    text: str, header: Claims, claims: Claims, signature: bytes, settings: Settings
) -> Check:
    if not signature:
        return Check("Signature", Verdict.BAD, "The token has none.")
    if header.get("alg") != "HS256":
        return Check("Signature", Verdict.BAD, "LiveKit doesn't verify this kind of signature.")
    signed = text.rpartition(".")[0].encode()
    key = settings.livekit_api_secret.get_secret_value().encode()
    if HMACAlgorithm(HMACAlgorithm.SHA256).verify(signed, key, signature):
        return Check("Signature", Verdict.GOOD, "Signed with the dashboard's API secret.")
    if claims.get("iss") == settings.livekit_api_key:
        reason = "Invalid: signed with another secret, or the token was changed or truncated."
        return Check("Signature", Verdict.BAD, reason)
    reason = "Cannot be verified: the dashboard doesn't have the secret of that key."
    return Check("Signature", Verdict.UNKNOWN, reason)
