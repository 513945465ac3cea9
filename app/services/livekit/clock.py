"""How far the server's clock is from this one, by the Date header of an answer (RFC 9110, 6.6.1).

The header has whole seconds, and the answer was made at some moment between question and answer:
so the difference is known within two bounds, never exactly.
"""

from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime

from app.services.livekit.client import LiveKit
from app.services.livekit.plain import PlainAnswer

SECOND = timedelta(seconds=1)
# LiveKit forgives a token this much (protocol, auth/verifier.go, tokenLeeway).
LEEWAY = timedelta(minutes=1)
# A token of the dashboard's own calls lives so long (livekit-api, access_token.py, DEFAULT_TTL).
LIFE = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Clock:
    """The server's clock less this one: `low` at least, `high` at most."""

    low: timedelta
    high: timedelta
    round_trip: timedelta

    @property
    def agrees(self) -> bool:
        """Whether no difference can be seen."""
        return self.low <= timedelta() <= self.high

    @property
    def ahead(self) -> bool:
        """Whether the server's clock is ahead of this one."""
        return self.low > timedelta()

    @property
    def nearest(self) -> timedelta:
        """The least that they are apart."""
        return min(abs(self.low), abs(self.high)) if not self.agrees else timedelta()

    @property
    def farthest(self) -> timedelta:
        """The most that they are apart."""
        return max(abs(self.low), abs(self.high))

    @property
    def refuses_all(self) -> bool:
        """Whether LiveKit takes no token of this dashboard: not valid yet, or expired already."""
        return self.nearest > (LEEWAY + LIFE if self.ahead else LEEWAY)

    @property
    def refuses_some(self) -> bool:
        """Whether a token that lives shorter than the difference is refused from the start."""
        return self.ahead and self.farthest > LEEWAY


def clock(answer: PlainAnswer) -> Clock | None:
    """Give the clocks' difference; None where the answer has no readable Date."""
    try:
        told = parsedate_to_datetime(answer.date)
    except ValueError:
        return None
    told = told if told.tzinfo else told.replace(tzinfo=UTC)
    return Clock(
        low=told - answer.received,
        high=told + SECOND - answer.sent,
        round_trip=answer.received - answer.sent,
    )


async def ask(livekit: LiveKit) -> Clock | None:
    """Ask the server, by one request without a key. Raises a LiveKitError."""
    return clock(await livekit.plain())
