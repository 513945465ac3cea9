"""The clock skew of the server, by the Date header of a response (RFC 9110, 6.6.1).

The header has a resolution of one second, and the response was created at some moment between
request and response, so the skew is known within two bounds, never exactly.
"""

from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime

from app.services.livekit.client import LiveKit
from app.services.livekit.plain import PlainAnswer

SECOND = timedelta(seconds=1)
# LiveKit's leeway for tokens (protocol, auth/verifier.go, tokenLeeway).
LEEWAY = timedelta(minutes=1)
# Lifetime of the tokens for the dashboard's own calls (livekit-api, access_token.py, DEFAULT_TTL).
LIFE = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Clock:
    """The server's clock minus the dashboard's: between `low` and `high`."""

    low: timedelta
    high: timedelta
    round_trip: timedelta

    @property
    def agrees(self) -> bool:
        """True if no skew was measured."""
        return self.low <= timedelta() <= self.high

    @property
    def ahead(self) -> bool:
        """True if the server's clock is ahead."""
        return self.low > timedelta()

    @property
    def nearest(self) -> timedelta:
        """The smallest possible skew."""
        return min(abs(self.low), abs(self.high)) if not self.agrees else timedelta()

    @property
    def farthest(self) -> timedelta:
        """The largest possible skew."""
        return max(abs(self.low), abs(self.high))

    @property
    def refuses_all(self) -> bool:
        """True if LiveKit rejects every token of the dashboard: not valid yet, or expired."""
        return self.nearest > (LEEWAY + LIFE if self.ahead else LEEWAY)

    @property
    def refuses_some(self) -> bool:
        """True if tokens that live shorter than the skew are rejected immediately."""
        return self.ahead and self.farthest > LEEWAY


def clock(answer: PlainAnswer) -> Clock | None:
    """Return the clock skew, or None if the response has no valid Date header."""
    try:
        date = parsedate_to_datetime(answer.date)
    except ValueError:
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return Clock(
        low=date - answer.received,
        high=date + SECOND - answer.sent,
        round_trip=answer.received - answer.sent,
    )


async def ask(livekit: LiveKit) -> Clock | None:
    """Measure the clock skew by one request without a key. Raises a LiveKitError."""
    return clock(await livekit.plain())
