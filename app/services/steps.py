"""Many things done one by one, each with LiveKit's whole time limit, all in a given time."""

import time

from app.errors import LiveKitError
from app.services.livekit import LiveKit


class Steps:
    """The steps of one bulk action; after LiveKit failed, or `seconds`, the rest is left alone.

    `over` says why, and is empty while they go on.
    """

    def __init__(self, livekit: LiveKit, seconds: float) -> None:
        self.over = ""
        self._livekit = livekit
        self._seconds = seconds
        self._until = time.monotonic() + seconds

    def begin(self) -> bool:
        """Whether another step may be taken; it gets LiveKit's time limit anew."""
        if not self.over and time.monotonic() > self._until:
            self.over = f"not tried: {self._seconds:g} s were used up"
        if self.over:
            return False
        self._livekit.renew_deadline()
        return True

    def failed(self, error: LiveKitError) -> None:
        """Note what a step came to: after a failure of LiveKit's own the next would be in vain."""
        if error.status >= 500:
            self.over = "not tried: LiveKit failed before"
