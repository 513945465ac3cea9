"""Verify a webhook as LiveKit's SDKs do: the token, then the hash of the body.

livekit-api's WebhookReceiver decides; the checks before it explain what it only rejects.
Rules: protocol, webhook/verifier.go.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import jwt
from livekit.api import TokenVerifier, WebhookReceiver

from app.config.settings import Settings
from app.services.tokens import reading as tokens_reading
from app.services.tokens.checks import Check, worst
from app.services.tokens.claims import NoTokenError, short
from app.services.tokens.finding import FoundToken, find
from app.services.tokens.states import Verdict
from app.services.webhooks import body as webhooks_body
from app.services.webhooks import events
from app.services.webhooks.events import NoEventError, ReportedEvent

TIMES = frozenset({"Expiry"})
MADE_FOR = "LiveKit signs for 5 minutes; an endpoint that accepted it in time was right."
BARE = "LiveKit sends the bare token"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook as it arrived: the Authorization header and the raw text of the body."""

    authorization: str
    body: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The result for one webhook; `event` is what the body says, whatever its origin."""

    checks: tuple[Check, ...]
    event: ReportedEvent | None

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of the checks."""
        return worst(self.checks)

    @property
    def fine(self) -> bool:
        """True if an endpoint with the dashboard's key accepts it."""
        return self.verdict in {Verdict.GOOD, Verdict.NOTE}

    @property
    def problems(self) -> tuple[Check, ...]:
        """The checks that the verdict comes from; none if everything passed."""
        if self.verdict is Verdict.GOOD:
            return ()
        return tuple(check for check in self.checks if check.verdict is self.verdict)

    @property
    def late(self) -> bool:
        """True if nothing is wrong except that it has expired."""
        return bool(self.problems) and {check.about for check in self.problems} <= TIMES


def check(settings: Settings, delivery: Delivery, now: float | None = None) -> Checked:
    """Check one webhook, as of `now` in seconds since 1970."""
    header, found = _header(delivery.authorization)
    checks = [header]
    if found:
        reading = tokens_reading.read(settings, found, now)
        checks += map(_of_a_webhook, reading.checks)
        if reading.written:
            checks.append(webhooks_body.compared(reading.claims.get("sha256"), delivery.body))
    event, judged = _event(delivery.body)
    checks.append(judged)
    if found and now is None and worst(tuple(checks)) in {Verdict.GOOD, Verdict.NOTE}:
        checks += _by_the_sdk(settings, delivery.body, found.text)
    return Checked(tuple(checks), event)


def _header(text: str) -> tuple[Check, FoundToken | None]:
    """Judge the header, and return the token in it."""
    if not text.strip():
        reason = "There is no Authorization header. LiveKit always sends one; check whether a proxy"
        return Check("Header", Verdict.BAD, f"{reason} or framework removes it."), None
    try:
        found = find(text)
    except NoTokenError as error:
        reason = f"{error} {BARE}; this may be a proxy's own sign-in."
        return Check("Header", Verdict.BAD, reason), None
    if found.bearer:
        reason = f"It begins with Bearer. {BARE}, and its SDKs reject a prefix:"
        return Check("Header", Verdict.BAD, f"{reason} check what adds it."), found
    if found.where:
        return Check("Header", Verdict.GOOD, f"The token was taken from {found.where}."), found
    return Check("Header", Verdict.GOOD, "A bare token, as LiveKit sends it."), found


def _of_a_webhook(check: Check) -> Check:
    """Add what a check of the token means for a webhook."""
    if check.about == "Expiry" and check.verdict is Verdict.BAD:
        return Check(check.about, check.verdict, f"{check.text} {MADE_FOR}")
    if check.about == "API key" and check.verdict is Verdict.UNKNOWN:
        text = (
            f"{check.text} An endpoint that has only the dashboard's key rejects it; "
            "webhook.api_key in LiveKit's configuration sets the key that signs."
        )
        return Check(check.about, Verdict.BAD, text)
    return check


def _event(body: str) -> tuple[ReportedEvent | None, Check]:
    try:
        event = events.read(webhooks_body.without_bom(body))
    except NoEventError as error:
        return None, Check("Event", Verdict.BAD, str(error))
    if event.known:
        return event, Check("Event", Verdict.GOOD, f"{event.event}, which LiveKit sends.")
    text = f"{short(event.event)} is not an event of livekit-server 1.13."
    return event, Check("Event", Verdict.NOTE, text)


def _by_the_sdk(settings: Settings, body: str, token: str) -> Iterator[Check]:
    """Let LiveKit's own SDK check it, which may be stricter than the server."""
    secret = settings.livekit_api_secret.get_secret_value()
    receiver = WebhookReceiver(TokenVerifier(settings.livekit_api_key, secret))
    try:
        receiver.receive(body, token)
    except jwt.PyJWTError as error:
        yield Check("SDK", Verdict.BAD, f"livekit-api rejects it: {str(error)[:200]}.")
    else:
        yield Check("SDK", Verdict.GOOD, "livekit-api accepts it.")
