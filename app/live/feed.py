"""The feed of webhooks: when LiveKit last reported something.

Pages check less often while it is alive, so it must not seem alive by mistake. A part of the feed
is alive for 15 minutes after the moment at which its last event happened. What the dashboard sent
itself, and an old event that is delivered late, prove nothing. Events about egress and ingress
prove only their own part: a job can have a webhook of its own (LiveKit, StartEgress), of which
rooms know nothing.
"""

import math
import time
from collections.abc import Mapping
from enum import StrEnum

ALIVE_SECONDS = 15 * 60


class Part(StrEnum):
    """A part of the feed; ROOMS proves that LiveKit is configured to send all of it."""

    ROOMS = "rooms"
    EGRESS = "egress"
    INGRESS = "ingress"


_PARTS = {
    "room": Part.ROOMS,
    "participant": Part.ROOMS,
    "track": Part.ROOMS,
    "egress": Part.EGRESS,
    "ingress": Part.INGRESS,
}


def part_of(event: str) -> Part | None:
    """Return the part to which an event such as `room_started` belongs; None if it proves none."""
    return _PARTS.get(event.partition("_")[0])


class Feed:
    """The last moment of each part, in seconds since 1970, by the clocks of those who received."""

    def __init__(self) -> None:
        self._moments: dict[str, float] = {}

    @property
    def moments(self) -> Mapping[str, float]:
        """The last moment of each part that ever reported something."""
        return self._moments

    def saw(self, part: str, moment: float) -> None:
        """Remember an event; one of the future counts as one of now."""
        if part not in set(Part) or not math.isfinite(moment):
            return
        moment = min(moment, time.time())
        self._moments[part] = max(moment, self._moments.get(part, 0.0))

    def ages(self) -> dict[str, int]:
        """Return how many seconds ago the last event of each living part was."""
        now = time.time()
        ages = {part: max(0, round(now - at)) for part, at in self._moments.items()}
        return {part: age for part, age in ages.items() if age < ALIVE_SECONDS}
